import { createApiClient, type ApiClient, type ApiClientOptions } from '@grantkit/api-client'
import { definition } from './definition.ts'
import type { paths } from './schema.gen.ts'

export type GotoMeetingOptions = ApiClientOptions

/** Typed calls of the Meeting API. */
export type GotoMeeting = ApiClient<paths>

/**
 * Creates a client of the GoTo Meeting API. Throws `invalid_option` and `invalid_base_url`; what the calls give and throw
 * stands at `createApiClient`. Takes any number of parallel calls and needs no closing.
 *
 * ```ts
 * const meeting = createGotoMeeting({ connection })
 * const { data, error } = await meeting.GET('/upcomingMeetings')
 * ```
 */
export function createGotoMeeting(options: GotoMeetingOptions): GotoMeeting {
  return createApiClient<paths>(definition, options)
}
