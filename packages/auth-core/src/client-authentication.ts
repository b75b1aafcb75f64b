import { ClientSecretBasic, ClientSecretPost, None, PrivateKeyJwt, type ClientAuth } from 'oauth4webapi'
import { AuthError } from './errors.ts'
import type { ClientAuthenticationMethod } from './provider.ts'
import { checkKeySource, resolveKey, type KeySource } from './signing-key.ts'

/** A client secret, or a function that fetches it anew for each token request. */
export type Secret = string | (() => string | Promise<string>)

/** How the client proves itself. Made by `clientSecretBasic`, `clientSecretPost`, `privateKeyJwt` or `noClientSecret`. */
export interface ClientAuthentication {
  readonly method: ClientAuthenticationMethod
  /** Makes everything ready before a refresh is claimed: nothing slow may stand between reading and sending. */
  prepare(): Promise<PreparedAuthentication>
}

export interface PreparedAuthentication {
  readonly authenticate: ClientAuth
  /** What has to be taken out of any text the server sends back. */
  readonly secrets: readonly string[]
}

/** Sends the secret in an HTTP Basic header, with id and secret form-encoded first (RFC 6749 §2.3.1). */
export function clientSecretBasic(secret: Secret): ClientAuthentication {
  return bySecret('client_secret_basic', secret, ClientSecretBasic)
}

/** Sends the secret in the form body (RFC 6749 §2.3.1). */
export function clientSecretPost(secret: Secret): ClientAuthentication {
  return bySecret('client_secret_post', secret, ClientSecretPost)
}

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

/** Sends the client id alone: a public client. */
export function noClientSecret(): ClientAuthentication {
  return { method: 'none', prepare: () => Promise.resolve({ authenticate: None(), secrets: [] }) }
}

function bySecret(
  method: ClientAuthenticationMethod,
  secret: Secret,
  authenticate: (secret: string) => ClientAuth,
): ClientAuthentication {
  if (secret === '') throw emptySecret()
  const prepare = async (): Promise<PreparedAuthentication> => {
    const value = typeof secret === 'function' ? await fetchSecret(secret) : secret
    if (typeof value !== 'string' || value === '') throw emptySecret()
    return { authenticate: authenticate(value), secrets: [value] }
  }
  return Object.defineProperty({ method } as ClientAuthentication, 'prepare', { value: prepare })
}

async function fetchSecret(secret: () => string | Promise<string>): Promise<string> {
  try {
    return await secret()
  } catch {
    // The function is the app's own; its error may quote anything, so only the fact is passed on.
    throw new AuthError('client_secret_unavailable', 'The function that gives the client secret failed. Try again.')
  }
}

function emptySecret(): AuthError {
  return new AuthError('invalid_option', 'The client secret is empty. Public clients use noClientSecret().')
}
