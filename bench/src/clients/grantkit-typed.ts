import { createGoogleCalendar } from '@grantkit/google-calendar'
import type { BenchClient } from '../client.ts'
import { client as core, openConnection } from './grantkit.ts'

export const client: BenchClient = {
  install: core.install,
  async open(setup) {
    // Whose tokens they are makes no difference to a call.
    const connection = await openConnection(setup)
    const send = setup.fetch === undefined ? {} : { fetch: setup.fetch }
    const calendar = createGoogleCalendar({ connection, rateLimit: false, ...send })
    const init = { params: { path: { calendarId: 'primary' } } }
    return {
      async call() {
        const { response } = await calendar.GET('/calendars/{calendarId}/events', init)
        return response.status
      },
    }
  },
}
