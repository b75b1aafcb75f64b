export type { CalendarChange } from './calendar-change.ts'
export { createCalendarPull, type CalendarPull } from './calendar-pull.ts'
export type { CalendarPullOptions } from './pull-options.ts'
