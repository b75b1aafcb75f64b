import { createApiClient, type ApiClient, type ApiClientOptions } from '@grantkit/api-client'
import { definition } from './definition.ts'
import type { paths } from './schema.gen.ts'

export interface GoogleCalendarOptions extends ApiClientOptions {
  /**
   * Whom calls count for in the quota for each person, where one service account acts for many. Any text that tells
   * people apart. Default: the person behind the token.
   */
  readonly quotaUser?: string
}

/** Typed calls of the Google Calendar API. */
export type GoogleCalendar = ApiClient<paths, 'items'>

/**
 * Creates a client of the Google Calendar API. Throws `invalid_option` and `invalid_base_url`; what the calls give and
 * throw stands at `createApiClient`. Takes any number of parallel calls and needs no closing.
 *
 * ```ts
 * const calendar = createGoogleCalendar({ connection })
 * const { data, error } = await calendar.GET('/users/me/calendarList')
 * ```
 */
export function createGoogleCalendar(options: GoogleCalendarOptions): GoogleCalendar {
  return createApiClient<paths>(definition, options)
}
