import { bodyOf, pathOf, textOf } from '../api/handler.ts'
import { badRequest, notFound, VendorRefusal } from '../api/vendor-refusal.ts'
import { vendorOf } from '../vendor.ts'
import { type CarthooksHandlers, withData } from './carthooks-ask.ts'
import { userScope } from './carthooks-token.ts'

const codeLifeMs = 10 * 60 * 1000

export const peopleHandlers: CarthooksHandlers = {
  getCurrentUser({ person, account, tenant, scopes }) {
    const { id, email } = person
    return withData({
      user_id: id,
      username: email.split('@')[0],
      email,
      tenant_id: tenant.id,
      tenant_name: tenant.name,
      is_admin: account.admin ?? true,
      scope: scopes,
    })
  },

  getUser: (ask) => withData(ask.tenant.users.require(pathOf(ask, 'userId'))),

  getUserByToken(ask) {
    const token = ask.grants.findAccessToken(pathOf(ask, 'token'))
    const isGood = token !== undefined && !token.revoked && ask.nowMs < token.expiresAtMs
    if (!isGood || vendorOf(token.grant.account) !== 'carthooks') throw notFound()
    const { principal, accountKey } = token.grant.account
    const user = ask.tenant.users.values().find(({ email }) => email === principal)
    if (user === undefined || accountKey !== String(ask.tenant.id)) throw notFound()
    return withData(user)
  },

  // There is one; what it looks like is not known.
  listTenants: () => withData([{}]),

  // The vendor may show a page before; here the code is in the address at once. How long codes live is not known.
  getAuthorizeCode(ask) {
    const body = bodyOf(ask)
    const client = ask.clients.find(textOf(body, 'client_id'))
    const redirectUri = textOf(body, 'redirect_uri')
    if (client === undefined) throw badRequest('The client is not registered.')
    if (client.redirectUris?.includes(redirectUri) !== true) throw badRequest('The redirect URI is not registered.')
    if (body.target_tenant_id !== undefined && body.target_tenant_id !== ask.tenant.id) {
      throw new VendorRefusal(403, undefined, 'Only clients of the platform may ask for another tenant.')
    }
    const code = ask.grants.addCode({
      clientId: client.id,
      account: ask.account,
      scopes: [userScope],
      parameters: new Map(),
      pageShown: false,
      redirectUri,
      redirectUriSent: true,
      expiresAtMs: ask.nowMs + codeLifeMs,
    })
    const url = new URL(redirectUri)
    url.searchParams.set('code', code.value)
    url.searchParams.set('state', textOf(body, 'state'))
    return withData({ redirect_url: url.href })
  },
}
