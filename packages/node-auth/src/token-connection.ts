import { AuthError, isAuthError, type Connection } from '@grantkit/auth-core'
import { directToken } from '@grantkit/auth-core/direct-token'
import { ownConnection } from './own-connection.ts'
import type { TokenVisit } from './visit.ts'

/** Connects by the token of the environment: no store, no request. Throws `invalid_option`, which names the variable. */
export function connectDirectly({ accessToken, account, options, place }: TokenVisit): Connection {
  const { fetch } = options
  try {
    const connection = directToken(place.provider, accessToken.value, {
      account,
      ...(fetch === undefined ? {} : { fetch }),
    })
    return ownConnection(connection, { apiDefaults: place.apiDefaults })
  } catch (error) {
    if (!isAuthError(error)) throw error
    throw new AuthError(error.code, `${accessToken.source.variable}: ${error.message}`)
  }
}
