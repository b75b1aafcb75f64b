import { clientSecretPost, createAuthClient, type AuthClient } from '@grantkit/auth-core'
import { verifyIdTokens } from '@grantkit/auth-core/id-token'
import { google } from '@grantkit/auth-core/providers/google'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { approveAuthorization, createSandbox, googleWebClient, type Fault, type Sandbox } from '@grantkit/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let sandbox: Sandbox
let client: AuthClient

beforeEach(() => {
  sandbox = createSandbox()
  client = createAuthClient({
    provider: google,
    clientId: googleWebClient.id,
    authentication: clientSecretPost(googleWebClient.secret ?? ''),
    store: createMemoryStore(),
    idToken: verifyIdTokens(),
    fetch: sandbox.fetch,
  })
})

afterEach(async () => {
  await client[Symbol.asyncDispose]()
  await sandbox.close()
})

async function signIn(): Promise<void> {
  const session = 'session'
  const scopes = ['openid']
  const { url } = await client.beginAuthorization('ada', {
    redirectUri: 'http://localhost:8080/callback',
    scopes,
    session,
  })
  await client.completeAuthorization(await approveAuthorization(sandbox.fetch, url), { session })
}

type IdTokenFault = Omit<Extract<Fault, { type: 'wrong_id_token' }>, 'type' | 'match'>

const hostile: Readonly<Record<string, IdTokenFault>> = {
  'of another issuer': { claims: { iss: 'https://another-issuer.example.com' } },
  'for another client': { claims: { aud: 'another-client' } },
  'for nobody': { claims: { aud: null } },
  'for several, authorized to another': { claims: { aud: [googleWebClient.id, 'other'], azp: 'other' } },
  'without a subject': { claims: { sub: null } },
  'that has expired': { claims: { exp: 1 } },
  'without an end': { claims: { exp: null } },
  'without a time of issue': { claims: { iat: null } },
  'with another nonce': { claims: { nonce: 'another' } },
  'without a nonce': { claims: { nonce: null } },
  'with the hash of another access token': { claims: { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } },
  'with a broken signature': { signature: 'broken' },
  'without a signature': { signature: 'none' },
  'of a key that nobody has': { keyId: 'another' },
}

describe('an ID token', () => {
  it('as the vendor writes it connects the account', async () => {
    await signIn()
    expect(await client.connection('ada').status()).toMatchObject({ state: 'active' })
  })

  it('without a key id is checked with the only key', async () => {
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'wrong_id_token', keyId: null })
    await signIn()
    expect(await client.connection('ada').status()).toMatchObject({ state: 'active' })
  })

  it.each(Object.entries(hostile))('%s connects nobody', async (_, fault) => {
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'wrong_id_token', ...fault })
    await expect(signIn()).rejects.toMatchObject({ code: 'id_token_invalid' })
    expect(await client.connection('ada').status()).toMatchObject({ state: 'absent' })
    expect(sandbox.control.faults.pending()).toEqual([])
  })
})
