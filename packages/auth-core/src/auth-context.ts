import type { Clock } from './clock.ts'
import { checkAuthClientOptions, type AuthClientOptions } from './auth-client-options.ts'
import { systemClock } from './clock.ts'
import type { AuthEvent } from './events.ts'
import type { Wire } from './grants/token-endpoint.ts'
import type { StepRules } from './refresh/steps.ts'
import { resolveTimes, type Times } from './refresh/times.ts'
import type { Store } from './store.ts'

/** What every part of one auth client works with. */
export interface AuthContext {
  readonly options: AuthClientOptions
  readonly wire: Wire
  readonly store: Store
  readonly clock: Clock
  readonly random: () => number
  readonly times: Times
  readonly rules: StepRules
  /** Tells the app; never throws. */
  emit(event: AuthEvent): void
}

/** Checks the options and fills in the defaults. */
export function createAuthContext(options: AuthClientOptions): AuthContext {
  const { provider, authentication } = checkAuthClientOptions(options)
  const times = resolveTimes(options.times)
  // Looked up at each call, so that a fetch installed later (a mock, an agent) is the one that is used.
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  const clock = options.clock ?? systemClock
  const introspectsRefreshTokens = provider.introspectsRefreshTokens === true
  return {
    options,
    wire: {
      provider,
      clientId: options.clientId,
      authentication,
      fetch,
      clock,
      ...(options.idToken === undefined ? {} : { idTokenCheck: options.idToken }),
    },
    store: options.store,
    clock,
    random: options.random ?? Math.random,
    times,
    rules: { rotation: provider.rotation, introspectsRefreshTokens, times },
    emit(event) {
      try {
        options.onEvent?.(event)
      } catch {
        // A broken log hook must not break a refresh.
      }
    },
  }
}
