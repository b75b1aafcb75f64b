import { generateKeyPairSync } from 'node:crypto'
import { createSandbox, listen, type Sandbox } from '@grantkit/sandbox'
import { JWT } from 'google-auth-library'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const email = 'robot@project.example.com'
const scopes = ['https://www.googleapis.com/auth/calendar']
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))

let sandbox: Sandbox
let origin: string

beforeEach(async () => {
  sandbox = createSandbox()
  ;({ origin } = await listen(sandbox))
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  const serviceAccount = { email, clientId: '104000000000000000001', publicKey: String(pem) }
  sandbox.control.google.addServiceAccount({ ...serviceAccount, delegatedScopes: scopes })
})
afterEach(() => sandbox.close())

/** The library has no setting for the token endpoint of service accounts. */
function createJwt(options: { readonly subject?: string; readonly scopes?: readonly string[] } = {}): JWT {
  const client = new JWT({ email, key, ...options, scopes: [...(options.scopes ?? scopes)] })
  client.transporter.interceptors.request.add({
    resolved: async (config) => {
      config.url = new URL(config.url.href.replace('https://oauth2.googleapis.com', origin))
      return config
    },
  })
  return client
}

const tokenRequests = () => sandbox.control.ledger.entries({ kind: 'token' })

describe('google-auth-library with the key of a service account', () => {
  test('acts for itself, with one token for all calls', async () => {
    const client = createJwt()
    const call = () => client.request({ url: `${origin}/calendar/v3/colors` })
    expect((await call()).status).toBe(200)
    expect((await call()).status).toBe(200)
    expect(tokenRequests()).toMatchObject([
      { grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer', status: 200, clientId: '104000000000000000001' },
    ])
  })

  test('acts for a person whom an admin gave it', async () => {
    const client = createJwt({ subject: 'ada.example@example.com' })
    const { data } = await client.request<{ id: string }>({ url: `${origin}/calendar/v3/calendars/primary` })
    expect(data.id).toBe('ada.example@example.com')
  })

  test('is refused what it was not given', async () => {
    const client = createJwt({ subject: 'ada.example@example.com', scopes: ['https://www.googleapis.com/auth/drive'] })
    await expect(client.authorize()).rejects.toThrow('unauthorized_client')
    expect(tokenRequests()).toMatchObject([{ status: 401, error: 'unauthorized_client' }])
  })
})
