import type { ApiConnection } from '@grantkit/api-client'
import { AuthError } from '@grantkit/auth-core'
import { directToken } from '@grantkit/auth-core/direct-token'
import { carthooksAt, carthooksBaseUrl } from '@grantkit/auth-core/providers/carthooks'

export interface ApiKeyOptions {
  readonly key: string
  readonly secret: string
  /** Where both may be sent. Default `https://api.carthooks.com`. */
  readonly baseUrl?: string
}

/**
 * Connects by a key and a secret in the headers `X-Api-Key` and `X-Api-Secret`, as the vendor's PHP client does. They go
 * to the API's origin alone, and print nowhere. Throws `invalid_option`, `insecure_endpoint`.
 */
export function apiKeyConnection(options: ApiKeyOptions): ApiConnection {
  const { key, secret, baseUrl = 'https://api.carthooks.com' } = options
  for (const [name, value] of Object.entries({ key, secret })) {
    // A header that cannot be written is an error of the platform's which quotes it.
    if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) continue
    throw new AuthError('invalid_option', `apiKeyConnection: ${name} must be a text without spaces and line breaks.`)
  }
  const connection = directToken(carthooksAt(baseUrl), secret)
  return {
    audience: connection.audience,
    apiDefaults: { baseUrl: carthooksBaseUrl(baseUrl) },
    // The same after a refusal: the vendor's own answer stands then.
    accessToken: () => connection.accessToken(),
    present(headers, token) {
      headers.set('x-api-key', key)
      headers.set('x-api-secret', token.value)
    },
  }
}
