import type { SandboxAccount } from '../accounts.ts'
import type { AskedScopes } from '../oauth/ask-person.ts'
import { type AuthorizeManners, problem } from '../oauth/authorize-endpoint.ts'
import type { SandboxClient } from '../oauth/clients.ts'
import type { Parameters } from '../oauth/form.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'
import { consentedScopes } from './google-consents.ts'

/**
 * How Google asks a person: `login_hint` and `prompt` are heeded, single scopes can be unticked, and without
 * `prompt=consent` somebody who allowed all of it before is not asked again.
 * https://developers.google.com/identity/protocols/oauth2/web-server, read in 2026.
 */
export function googleManners(context: OAuthContext): AuthorizeManners {
  const { accounts } = context

  function findExpected({ parameters }: AskedScopes): SandboxAccount | undefined {
    const hint = parameters.get('login_hint')
    return hint === undefined ? accounts.only() : accounts.find(hint)
  }

  function skipsConsent({ client, scopes, parameters }: AskedScopes, { accountKey }: SandboxAccount): boolean {
    if (promptsOf(parameters).includes('consent')) return false
    const allowed = consentedScopes(client.id, accountKey, context)
    return scopes.every((scope) => allowed.includes(scope))
  }

  /** Whether no page at all is needed: nobody stays signed in here, but for those who have nothing to prove. */
  function isSilent(asked: AskedScopes): boolean {
    const person = findExpected(asked)
    if (person === undefined || person.password !== undefined || person.totpSecret !== undefined) return false
    return skipsConsent(asked, person)
  }

  return {
    path: '/o/oauth2/v2/auth',
    vendorName: 'Google',
    picksScopes: true,
    acceptsRedirect,
    findExpected,
    choosesAccount: ({ parameters }) => promptsOf(parameters).includes('select_account'),
    skipsConsent,
    findProblem(request) {
      const { parameters } = request
      if (!parameters.has('scope')) return problem('invalid_request', 'scope is missing.')
      if (!['online', 'offline', undefined].includes(parameters.get('access_type'))) {
        return problem('invalid_request', 'access_type is online or offline.')
      }
      if (parameters.get('prompt') !== 'none' || isSilent(request)) return undefined
      // OpenID Connect Core 3.1.2.6; which of its errors Google sends is not recorded.
      return problem('interaction_required', 'A page would have to be shown.')
    },
  }
}

function promptsOf(parameters: Parameters): readonly string[] {
  return parameters.get('prompt')?.split(' ') ?? []
}

/** Desktop clients come back to any port of a loopback address, as RFC 8252 section 7.3 has it. */
function acceptsRedirect({ type = 'web', redirectUris = [] }: SandboxClient, uri: string): boolean {
  if (type !== 'installed' || !URL.canParse(uri)) return redirectUris.includes(uri)
  const { protocol, hostname } = new URL(uri)
  return protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}
