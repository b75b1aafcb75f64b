export { createCalendarConnect, type CalendarConnect } from './calendar-connect.ts'
export type { Authenticate, CalendarConnectOptions } from './connect-options.ts'
