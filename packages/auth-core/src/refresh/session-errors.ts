import { AuthError } from '../errors.ts'
import { needsExchange, type GrantRecord } from './grant-record.ts'
import { isBackingOff, isRenewable } from './steps.ts'

interface About {
  readonly provider: string
  readonly account: string
}

/** Gives the record of a connected account. Throws `not_connected` for one that is absent or closed. */
export function demandRecord(record: GrantRecord | undefined, about: About): GrantRecord {
  if (record !== undefined && record.state !== 'closed') return record
  throw failure('not_connected', about, record ? 'was disconnected' : 'is not connected', 'Let the person sign in.')
}

/**
 * Throws the reason why a grant cannot be refreshed now: `reconnect`, `access_token_expired`, `renewal_not_supplied` or
 * `backing_off`.
 */
export function demandRefreshable(
  record: GrantRecord,
  about: About,
  { nowMs, mayRefresh, isSupplied }: { nowMs: number; mayRefresh: boolean; isSupplied: boolean },
): void {
  if (record.state === 'reauth') {
    const what = `has to be authorized again (${record.reason ?? 'the provider ended the grant'})`
    throw failure('reconnect', about, what, 'Let the person sign in.')
  }
  if (!isRenewable(record)) {
    throw failure(
      'reconnect',
      about,
      'holds no refresh token, and its access token has ended',
      'Let the person sign in.',
    )
  }
  if (!mayRefresh) {
    const what = 'has an access token that ended, and autoRefresh is off'
    throw failure('access_token_expired', about, what, 'Call connection.refresh().')
  }
  if (needsExchange(record) && !isSupplied) {
    const what = 'is renewed with a key or token that this process was not given'
    throw failure('renewal_not_supplied', about, what, 'Call connect with the same grant at the start of the program.')
  }
  if (isBackingOff(record, nowMs)) {
    const seconds = Math.ceil((record.retryAtMs - nowMs) / 1000)
    const what = `waits ${seconds} s after a refresh that failed`
    throw failure('backing_off', about, what, 'Try again then.', record.retryAtMs)
  }
}

/** The error of a caller that waited for somebody else's refresh. */
export function waitedTooLong(about: About): AuthError {
  return failure('wait_timeout', about, 'is being refreshed elsewhere, and that did not end in time', 'Try again.')
}

/** The error of a disposal that ends before the newest tokens are stored anywhere. */
export function unsavedTokens(about: About): AuthError {
  const advice = 'Saving goes on while this process lives; dispose again to wait for it.'
  return failure('tokens_unsaved', about, 'has new tokens that the store refuses', advice)
}

/** The error of a caller whose new token was over before it could be used: asking again at once would not end. */
export function endedOnArrival(about: About): AuthError {
  return failure('response_invalid', about, 'was given an access token that had ended on arrival', 'Try again later.')
}

function failure(code: AuthError['code'], about: About, what: string, advice: string, retryAtMs?: number): AuthError {
  const message = `The connection of "${about.account}" to "${about.provider}" ${what}. ${advice}`
  return new AuthError(code, message, { ...about, ...(retryAtMs === undefined ? {} : { retryAtMs }) })
}
