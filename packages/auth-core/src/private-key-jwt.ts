import { PrivateKeyJwt } from 'oauth4webapi'
import type { ClientAuthentication, PreparedAuthentication } from './client-authentication.ts'
import { checkKeySource, resolveKey, type KeySource } from './signing-key.ts'

/**
 * Signs an assertion for each request (RFC 7523 §2.2): for the issuer alone, good for 60 s, with an id of its own. A
 * function is asked anew for each request, so that keys can be replaced while the program runs.
 */
export function privateKeyJwt(key: KeySource): ClientAuthentication {
  checkKeySource(key)
  const prepare = async (): Promise<PreparedAuthentication> => {
    return { authenticate: PrivateKeyJwt(await resolveKey(key)), secrets: [] }
  }
  return Object.defineProperty({ method: 'private_key_jwt' } as ClientAuthentication, 'prepare', { value: prepare })
}
