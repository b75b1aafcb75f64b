import type { AnswerFault } from './scenario.ts'

/** What the server does beside or instead of its work when a fault strikes. */
export interface Spell {
  /** The server sees the request and judges it. */
  readonly processes: boolean
  /** An answer in place of the server's own. */
  readonly instead?: { readonly status: number; readonly body: string; readonly type?: string }
  /** The way the fetch fails: before anything left, or on the way. */
  readonly breaks?: 'unsent' | 'reset'
  /** Nothing ever comes back. */
  readonly isSilent?: boolean
  readonly isCut?: boolean
  readonly isTooLate?: boolean
  /** The request, not the answer, takes its time. */
  readonly isRequestSlow?: boolean
  /** Changes in the token answer. */
  readonly amends?: Readonly<Record<string, unknown>>
}

const oauthError = (status: number, error: string): Spell => ({
  processes: false,
  instead: { status, body: JSON.stringify({ error }) },
})

export const spells: Readonly<Record<AnswerFault, Spell>> = {
  'connection refused': { processes: false, breaks: 'unsent' },
  'request lost': { processes: false, breaks: 'reset' },
  'request slow': { processes: true, isRequestSlow: true },
  'answer lost': { processes: true, breaks: 'reset' },
  'answer cut': { processes: true, isCut: true },
  'answer slow': { processes: true },
  'answer late': { processes: true },
  'answer too late': { processes: true, isTooLate: true },
  'never answered': { processes: true, isSilent: true },
  'server error': { processes: false, instead: { status: 503, body: '' } },
  'server error, processed': { processes: true, instead: { status: 500, body: '<html>', type: 'text/html' } },
  'invalid_client 401': oauthError(401, 'invalid_client'),
  'invalid_client 400': oauthError(400, 'invalid_client'),
  'unauthorized without body': { processes: false, instead: { status: 401, body: '' } },
  'rate limited': oauthError(429, 'slow_down'),
  'request time-out': { processes: false, instead: { status: 408, body: '' } },
  redirect: { processes: false, instead: { status: 302, body: '' } },
  'unreadable 200, processed': { processes: true, instead: { status: 200, body: '<html>', type: 'text/html' } },
  'unknown error': oauthError(400, 'consent_required'),
  'unusable access token': { processes: true, amends: { token_type: 'mac' } },
  'id token of another': { processes: true, amends: { id_token: 'another' } },
}

/** Tells whether a fault keeps the tokens of a processed request from the process. */
export function losesAnswer({ processes, instead, breaks, isSilent, isCut, isTooLate }: Spell): boolean {
  return (
    processes &&
    (instead !== undefined || breaks !== undefined || isSilent === true || isCut === true || isTooLate === true)
  )
}
