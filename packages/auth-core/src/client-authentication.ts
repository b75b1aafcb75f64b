import { ClientSecretBasic, ClientSecretPost, None, type ClientAuth } from 'oauth4webapi'
import { AuthError } from './errors.ts'
import type { ClientAuthenticationMethod } from './provider.ts'

/** A client secret, or a function that fetches it anew for each token request. */
export type Secret = string | (() => string | Promise<string>)

/** How the client proves itself. Made by `clientSecretBasic`, `clientSecretPost`, `noClientSecret` or `privateKeyJwt`. */
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
