import { createGoogleCalendar, type GoogleCalendarOptions } from '@grantkit/google-calendar'
import type { BenchClient, Caller, Setup } from '../client.ts'
import { client as core, openConnection } from './grantkit.ts'

export const client: BenchClient = {
  install: core.install,
  open: (setup) => openTyped(setup, setup.fetch === undefined ? {} : { fetch: setup.fetch }),
}

/** Opens the typed client of one API. Whose tokens it sends makes no difference to a call. */
export async function openTyped(
  setup: Setup,
  options: Pick<GoogleCalendarOptions, 'fetch' | 'transport'>,
): Promise<Caller> {
  const connection = await openConnection(setup)
  const calendar = createGoogleCalendar({ connection, rateLimit: false, ...options })
  const init = { params: { path: { calendarId: 'primary' } } }
  return {
    async call() {
      const { response } = await calendar.GET('/calendars/{calendarId}/events', init)
      return response.status
    },
  }
}
