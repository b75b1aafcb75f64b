import type { AuthError } from './errors.ts'
import { idTokenAlgorithms, type ClientAuthenticationMethod, type ProviderData } from './provider.ts'

type Metadata = Readonly<Record<string, unknown>>
type Found = Pick<ProviderData, 'endpoints' | 'clientAuthentication'> & Partial<ProviderData>

const endpoints = {
  authorization: 'authorization_endpoint',
  token: 'token_endpoint',
  revocation: 'revocation_endpoint',
  introspection: 'introspection_endpoint',
  deviceAuthorization: 'device_authorization_endpoint',
  pushedAuthorizationRequest: 'pushed_authorization_request_endpoint',
  jwks: 'jwks_uri',
} as const satisfies Record<keyof ProviderData['endpoints'], string>

const methods: readonly ClientAuthenticationMethod[] = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
]

/** Reads the members of a metadata document (RFC 8414 §2) that a provider's data has a place for. */
export function readMetadata(metadata: Metadata, problem: (text: string) => AuthError): Found {
  const challenges = metadata['code_challenge_methods_supported']
  if (challenges !== undefined && !texts(challenges)?.includes('S256')) {
    throw problem('lists code challenge methods without S256')
  }
  if (metadata['token_endpoint'] === undefined) throw problem('names no token_endpoint')
  const found = Object.entries(endpoints).flatMap(([name, member]) => {
    const value = metadata[member]
    return value === undefined ? [] : [[name, value]]
  })
  const algorithms = texts(metadata['id_token_signing_alg_values_supported'])
  const known = idTokenAlgorithms.filter((name) => algorithms?.includes(name))
  const [first, ...others] = known
  return {
    endpoints: Object.fromEntries(found) as ProviderData['endpoints'],
    clientAuthentication: authenticationOf(metadata, problem),
    sendsIssuerInCallback: metadata['authorization_response_iss_parameter_supported'] === true,
    requiresPushedAuthorizationRequest: metadata['require_pushed_authorization_requests'] === true,
    ...(first === undefined ? {} : { idTokenAlgorithms: [first, ...others] }),
  }
}

function authenticationOf(metadata: Metadata, problem: (text: string) => AuthError): Found['clientAuthentication'] {
  const listed = metadata['token_endpoint_auth_methods_supported']
  // What the standard says where the member is left out.
  if (listed === undefined) return ['client_secret_basic']
  const names = texts(listed) ?? []
  const [first, ...others] = methods.filter((name) => names.includes(name))
  if (first === undefined) throw problem(`lists none of the ways of client authentication known here`)
  return [first, ...others]
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined
}
