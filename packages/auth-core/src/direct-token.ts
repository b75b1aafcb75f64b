import { toAccessToken, toTokenSet } from './access-token.ts'
import { checkOptions } from './check-options.ts'
import type { ConnectionStatus } from './connection-status.ts'
import type { Connection } from './connection.ts'
import { createConnection } from './create-connection.ts'
import { AuthError } from './errors.ts'
import type { Fetch } from './fetch.ts'
import { isProvider, type Provider } from './provider.ts'

export interface DirectTokenOptions {
  /** Names the connection. Default `'default'`. */
  readonly account?: string
  /** Sends the requests of `connection.fetch`. Default: the global `fetch`. */
  readonly fetch?: Fetch
}

/**
 * Gives a connection that uses an access token from elsewhere as it is, for the provider's audience. Nothing is stored,
 * nothing refreshed: `refresh`, and a call that an API answered 401, throw `renewal_not_supplied`. Disconnecting forgets
 * the token here and revokes nothing; it is `not_connected` afterwards. Throws `invalid_option`.
 */
export function directToken(provider: Provider, token: string, options: DirectTokenOptions = {}): Connection {
  checkOptions('directToken', options, ['account', 'fetch'])
  if (!isProvider(provider)) throw invalid('provider must come from defineProvider or providerAt.')
  // A header that cannot be written is an error of the platform's which quotes it.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw invalid('the access token must be a text without spaces and line breaks.')
  }
  const { account = 'default', fetch = (input, init) => globalThis.fetch(input, init) } = options
  const about = { provider: provider.id, account }
  const listeners = new Set<(status: ConnectionStatus) => void>()
  let held: string | undefined = token

  const demand = (): string => {
    if (held !== undefined) return held
    throw new AuthError('not_connected', `The connection "${account}" was disconnected.`, about)
  }
  const status = (): ConnectionStatus => {
    const state = held === undefined ? 'closed' : 'active'
    return { state, generation: 1, uncertain: false, unsaved: false, scopes: [] }
  }
  return createConnection({
    account,
    audience: provider.audience,
    fetch,
    assertOpen: () => undefined,
    hold: () => undefined,
    session: {
      async accessToken(refused) {
        const value = demand()
        if (refused === undefined) return toAccessToken(value, {})
        throw new AuthError(
          'renewal_not_supplied',
          `An API of "${provider.id}" refused the access token. ${advice}`,
          about,
        )
      },
      async refresh() {
        demand()
        throw new AuthError('renewal_not_supplied', `The access token cannot be refreshed. ${advice}`, about)
      },
      status: async () => status(),
      exportTokens: async () => toTokenSet({ accessToken: demand() }, 1),
      onChange(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      idle: async () => undefined,
    },
    async disconnect() {
      held = undefined
      for (const listener of listeners) listener(status())
      return { erased: true, revoked: false }
    },
  })
}

const advice = 'Nothing was given that renews it: get a new one, or connect by a grant.'

function invalid(problem: string): AuthError {
  return new AuthError('invalid_option', `directToken: ${problem}`)
}
