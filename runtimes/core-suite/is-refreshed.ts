import type { AuthEvent } from '@grantkit/auth-core'

/** Tells that new tokens are saved. */
export function isRefreshed(event: AuthEvent): boolean {
  return event.type === 'refresh' && event.outcome === 'refreshed'
}
