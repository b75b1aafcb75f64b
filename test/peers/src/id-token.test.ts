import { createSandbox, listen, type Sandbox } from '@grantkit/sandbox'
import { OAuth2Client } from 'google-auth-library'
import * as openid from 'openid-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { playedGoogle, type PlayedServer } from './played-server.ts'

let sandbox: Sandbox
let origin: string
let server: PlayedServer
let config: openid.Configuration

beforeEach(async () => {
  sandbox = createSandbox()
  ;({ origin } = await listen(sandbox))
  server = playedGoogle(origin)
  const { id, secret } = server.client
  config = await openid.discovery(server.issuer, id, undefined, openid.ClientSecretPost(secret), {
    [openid.customFetch]: server.fetch,
    // The second lets the signature be checked, too, with the keys that the server publishes.
    execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks],
  })
})
afterEach(() => sandbox.close())

/** Signs a person in; `expected` is the nonce that the client looks for. */
async function signIn(expected: string) {
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: server.redirectUri,
    scope: 'openid email profile',
    nonce: 'a-nonce',
  })
  return openid.authorizationCodeGrant(config, await server.approve(url), { expectedNonce: expected })
}

test('openid-client takes the ID token of Google, and the same person from where it asks for more', async () => {
  const answer = await signIn('a-nonce')
  const claims = answer.claims()
  expect(claims).toMatchObject({ iss: 'https://accounts.google.com', email: 'ada.example@example.com' })
  const person = await openid.fetchUserInfo(config, answer.access_token, claims?.sub ?? '')
  expect(person).toMatchObject({ sub: claims?.sub, email: claims?.['email'], name: claims?.['name'] })
  const { ledger } = sandbox.control
  expect(ledger.entries({ operation: 'jwks' })).toMatchObject([{ status: 200 }])
  expect(ledger.entries({ operation: 'userInfo' })).toMatchObject([{ status: 200, bearer: { generation: 1 } }])
})

test('openid-client refuses an ID token for another sign-in', async () => {
  await expect(signIn('another')).rejects.toMatchObject({ cause: { message: expect.stringContaining('nonce') } })
})

test('google-auth-library takes the ID token by the certificate of the key, and none that was changed', async () => {
  const { id_token: idToken = '', claims } = await signIn('a-nonce')
  const endpoints = { oauth2FederatedSignonPemCertsUrl: `${origin}/oauth2/v1/certs` }
  const audience = server.client.id
  const library = new OAuth2Client({ clientId: audience, endpoints })
  expect((await library.verifyIdToken({ idToken, audience })).getPayload()).toEqual(claims())
  const [head, payload = '', signature] = idToken.split('.')
  const changed = JSON.stringify({ ...JSON.parse(atob(payload)), email: 'grace.example@example.com' })
  const forged = [head, btoa(changed).replaceAll('=', ''), signature].join('.')
  await expect(library.verifyIdToken({ idToken: forged, audience })).rejects.toThrow('signature')
})
