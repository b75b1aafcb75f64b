import { jsonAnswer } from '../call.ts'
import { createPersonPages } from '../oauth/ask-person.ts'
import { answerAuthorize, type AuthorizeManners } from '../oauth/authorize-endpoint.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'
import { createOAuthService, type OAuthRoute } from '../oauth/oauth-service.ts'
import { answerIntrospect, answerRevoke } from '../oauth/token-state-endpoints.ts'
import type { Service } from '../service.ts'
import { describeServer } from './goto-metadata.ts'
import { answerToken } from './goto-token.ts'

/** Whether GoTo knows `prompt` and `login_hint` is not recorded: they are ignored, as RFC 6749 section 3.1 has it. */
const manners: AuthorizeManners = {
  path: '/oauth/authorize',
  vendorName: 'GoTo',
  picksScopes: false,
  acceptsRedirect: ({ redirectUris = [] }, uri) => redirectUris.includes(uri),
}

/** Plays GoTo's authorization server. The metadata document is served where RFC 8414 section 3 puts it. */
export function createGotoOAuth(context: OAuthContext): Service {
  const pages = createPersonPages(context, manners)
  const routes: readonly OAuthRoute[] = [
    {
      operation: 'metadata',
      kind: 'metadata',
      method: 'GET',
      path: '/.well-known/oauth-authorization-server',
      answer: (call) => jsonAnswer(200, describeServer(context.settings.issuer ?? call.url.origin)),
    },
    {
      operation: 'jwks',
      kind: 'metadata',
      method: 'GET',
      path: '/oauth/jwks.json',
      // Tokens are opaque here, so there is nothing to verify with a key.
      answer: () => jsonAnswer(200, { keys: [] }),
    },
    {
      operation: 'authorize',
      kind: 'authorize',
      method: 'GET',
      path: manners.path,
      answer: (call) => answerAuthorize(call, context, { manners, pages }),
    },
    ...pages.routes,
    {
      operation: 'token',
      kind: 'token',
      method: 'POST',
      path: '/oauth/token',
      answer: (call) => answerToken(call, context),
    },
    {
      operation: 'revoke',
      kind: 'revoke',
      method: 'POST',
      path: '/oauth/revoke',
      answer: (call) => answerRevoke(call, context),
    },
    {
      operation: 'introspect',
      kind: 'introspect',
      method: 'POST',
      path: '/oauth/introspect',
      answer: (call) => answerIntrospect(call, context),
    },
  ]
  return { ...createOAuthService('goto', routes, context), reset: pages.reset }
}
