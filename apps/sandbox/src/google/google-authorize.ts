import type { SandboxAccount } from '../accounts.ts'
import { type AskedScopes, type AuthorizeManners, problem } from '../oauth/authorize-endpoint.ts'
import type { SandboxClient } from '../oauth/clients.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'
import { consentedScopes } from './google-consents.ts'

/**
 * How Google asks a person: single scopes can be unticked, and without `prompt` somebody who allowed all of it before
 * sees no page. https://developers.google.com/identity/protocols/oauth2/web-server, read in 2026.
 */
export function googleManners(context: OAuthContext): AuthorizeManners {
  function findKnownPerson({ client, scopes, parameters }: AskedScopes): SandboxAccount | undefined {
    const prompts = parameters.get('prompt')?.split(' ') ?? []
    if (prompts.includes('consent') || prompts.includes('select_account')) return undefined
    const account = findExpected(parameters.get('login_hint'), context)
    if (account === undefined) return undefined
    const allowed = consentedScopes(client.id, account.accountKey, context)
    return scopes.every((scope) => allowed.includes(scope)) ? account : undefined
  }

  return {
    path: '/o/oauth2/v2/auth',
    vendorName: 'Google',
    picksScopes: true,
    acceptsRedirect,
    findKnownPerson,
    findProblem(request) {
      const { parameters } = request
      if (!parameters.has('scope')) return problem('invalid_request', 'scope is missing.')
      if (!['online', 'offline', undefined].includes(parameters.get('access_type'))) {
        return problem('invalid_request', 'access_type is online or offline.')
      }
      if (parameters.get('prompt') !== 'none' || findKnownPerson(request) !== undefined) return undefined
      // OpenID Connect Core 3.1.2.6; which of its errors Google sends is not recorded.
      return problem('interaction_required', 'A page would have to be shown.')
    },
  }
}

/** The person that a client names, or the only one there is. */
function findExpected(hint: string | undefined, { accounts }: OAuthContext): SandboxAccount | undefined {
  if (hint !== undefined) return accounts.find(hint)
  const [only, ...others] = accounts.list()
  return others.length === 0 ? only : undefined
}

/** Desktop clients come back to any port of a loopback address, as RFC 8252 section 7.3 has it. */
function acceptsRedirect({ type = 'web', redirectUris = [] }: SandboxClient, uri: string): boolean {
  if (type !== 'installed' || !URL.canParse(uri)) return redirectUris.includes(uri)
  const { protocol, hostname } = new URL(uri)
  return protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}
