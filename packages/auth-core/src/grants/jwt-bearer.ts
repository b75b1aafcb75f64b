import { genericTokenEndpointRequest, modifyAssertion, PrivateKeyJwt, type CryptoKey } from 'oauth4webapi'
import { checkOptions } from '../check-options.ts'
import { AuthError } from '../errors.ts'
import { checkKeySource, resolveKey, type KeySource } from '../signing-key.ts'
import type { Exchange, ExchangeRenewal } from './exchange.ts'
import { nothingYet, planFor, type Grant } from './grant.ts'
import type { Send } from './token-endpoint.ts'

export interface JwtBearerOptions {
  /** Signs the assertions. Never stored: each process that renews the grant connects it at its start. */
  readonly key: KeySource
  /** Who signs (`iss`), such as a service account. */
  readonly issuer: string
  /** Whom the client acts for (`sub`). Absent: the claim is left out. */
  readonly subject?: string
  readonly scopes?: readonly string[]
  /** Where the scopes go: a parameter of the request (RFC 7521 §4.1), or a claim. Default `'request'`. */
  readonly scopeIn?: 'request' | 'assertion'
  /** For whom the assertions are (`aud`). Default: the token endpoint. */
  readonly audience?: string
}

const kind = 'jwt_bearer'
// Short, yet longer than the clocks of two machines usually differ.
const lifetimeSeconds = 300

/**
 * Connects by assertions that the app signs (RFC 7523 §2.1), one for each renewal. The first token is fetched by the
 * first call that needs one. A process that did not connect the grant uses stored tokens and fails with
 * `renewal_not_supplied` once they have ended.
 */
export function jwtBearer(options: JwtBearerOptions): Grant {
  checkOptions('jwtBearer', options, ['key', 'issuer', 'subject', 'scopes', 'scopeIn', 'audience'])
  const { issuer, subject, scopes, scopeIn, audience } = options
  const key = checkKeySource(options.key)
  if (typeof issuer !== 'string' || issuer === '')
    throw new AuthError('invalid_option', 'jwtBearer: issuer is missing.')
  const renewal: ExchangeRenewal = {
    grant: 'exchange',
    by: kind,
    ...(scopes === undefined ? {} : { scopes }),
    parameters: {
      issuer,
      ...(subject === undefined ? {} : { subject }),
      ...(scopeIn === undefined ? {} : { scopeIn }),
      ...(audience === undefined ? {} : { audience }),
    },
  }
  const exchange: Exchange = {
    isFor: ({ by, parameters }) => by === kind && parameters?.['issuer'] === issuer,
    async prepare(stored, { provider, authentication }) {
      const send = sendAssertion(await resolveKey(key), stored, authentication.method === 'none')
      return { send: send(provider.endpoints.token), isPersonal: false, secrets: [] }
    },
  }
  const plan = () => Promise.resolve(planFor({ renewal, answer: nothingYet(scopes) }))
  return Object.defineProperty({ plan }, 'exchange', { value: exchange })
}

/** What is signed comes from the record, so that all processes ask for the same. */
function sendAssertion(
  key: { key: CryptoKey; kid?: string },
  { scopes, parameters = {} }: ExchangeRenewal,
  isPublic: boolean,
): (tokenEndpoint: string) => Send {
  const { issuer, subject, audience, scopeIn } = parameters
  const scope = scopes === undefined || scopes.length === 0 ? {} : { scope: scopes.join(' ') }
  return (tokenEndpoint) => async (server, client, auth, options) => {
    const sign = PrivateKeyJwt(key, {
      [modifyAssertion](_header, claims) {
        // Some servers refuse a claim they do not know; the standard asks for neither.
        delete claims['nbf']
        delete claims['sub']
        Object.assign(claims, {
          iss: issuer,
          aud: audience ?? tokenEndpoint,
          exp: Number(claims['iat']) + lifetimeSeconds,
          ...(subject === undefined ? {} : { sub: subject }),
          ...(scopeIn === 'assertion' ? scope : {}),
        })
      },
    })
    // The library signs JWTs for client authentication; with other claims the same is an assertion of the grant.
    const signed = new URLSearchParams()
    await sign(server, client, signed, new Headers())
    const body = { assertion: signed.get('client_assertion') ?? '', ...(scopeIn === 'assertion' ? {} : scope) }
    // The assertion says who asks; a client id beside it is unnecessary (RFC 7521 §4.1).
    const authenticate = isPublic ? () => undefined : auth
    return genericTokenEndpointRequest(server, client, authenticate, grantType, body, options)
  }
}

const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
