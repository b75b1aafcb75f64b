import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { approveAuthorization } from './approve-authorization.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { full } from '../test/calendar-client.ts'
import { userTokens } from '../test/carthooks-client.ts'
import { signIn as signInAtGoogle } from '../test/google-client.ts'
import { authorizationUrl, signIn } from '../test/play-client.ts'

let sandbox: Sandbox
const tokens = { goto: '', google: '', carthooks: '' }

beforeAll(async () => {
  sandbox = createSandbox()
  tokens.goto = (await signIn(sandbox)).access
  tokens.google = (await signInAtGoogle(sandbox, { scope: full })).access
  tokens.carthooks = (await userTokens(sandbox)).access
})
afterAll(() => sandbox.close())

const calendar = 'https://www.googleapis.com/calendar/v3/calendars'

describe('a request of 50 MB is refused, with a length and without:', () => {
  const body = new Uint8Array(50_000_000).fill(0x20)

  test.each<[string, keyof typeof tokens, string]>([
    ['Voice Admin', 'goto', 'https://api.goto.com/voice-admin/v1/extensions'],
    ['Admin', 'goto', 'https://api.getgo.com/admin/rest/v1/accounts/1234567890/users'],
    ['SCIM', 'goto', 'https://api.getgo.com/identity/v1/Users'],
    ['Meeting', 'goto', 'https://api.getgo.com/G2M/rest/meetings'],
    ['Calendar', 'google', `${calendar}/primary/events`],
    ['a batch', 'google', 'https://www.googleapis.com/batch/calendar/v3'],
    ['Carthooks', 'carthooks', 'https://api.carthooks.com/v1/watch-data'],
    ['tokens of GoTo', 'goto', 'https://identity.goto.com/oauth/token'],
    ['tokens of Google', 'google', 'https://oauth2.googleapis.com/token'],
    ['tokens of Carthooks', 'carthooks', 'https://api.carthooks.com/oauth/token'],
  ])('%s', async (_, vendor, url) => {
    const headers = { authorization: `Bearer ${tokens[vendor]}`, 'content-type': 'application/json' }
    const stream = new Blob([body]).stream()
    for (const sent of [body, stream]) {
      const init = { method: 'POST', headers, body: sent, duplex: 'half' }
      expect((await sandbox.fetch(url, init)).status).toBe(413)
    }
  })

  test('control', async () => {
    const response = await sandbox.fetch('http://127.0.0.1/__sandbox/faults/add', { method: 'POST', body })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid_option' })
  })
})

describe('a malformed percent code', () => {
  const voice = 'https://api.goto.com/voice-admin/v1/extensions'
  const connect = { errorCode: 'BAD_REQUEST', reference: expect.any(String) }
  const calendarError = { error: { code: 400, errors: [{ reason: 'badRequest' }] } }

  test.each<[keyof typeof tokens, string, string, object]>([
    ['goto', 'GET', `${voice}?accountKey=%zz`, connect],
    ['goto', 'GET', `${voice}?accountKey=1234567890&unknown=%`, connect],
    ['goto', 'GET', `${voice}/%zz`, { errorCode: expect.any(String) }],
    ['goto', 'POST', `${voice}?x=%zz`, { errorCode: 'MALFORMED_REQUEST' }],
    ['goto', 'GET', 'https://api.goto.com/users/v1/users?accountKey=%zz', connect],
    ['goto', 'GET', 'https://api.getgo.com/admin/rest/v1/me?x=%zz', { incidentId: expect.any(String) }],
    ['goto', 'GET', 'https://api.getgo.com/admin/rest/v1/accounts/%zz/users', { incidentId: expect.any(String) }],
    ['goto', 'GET', 'https://api.getgo.com/identity/v1/Users?x=%zz', { error: [{ uri: '/identity/v1/Users' }] }],
    ['goto', 'GET', 'https://api.getgo.com/G2M/rest/meetings/%zz', { msg: expect.any(String) }],
    ['google', 'GET', `${calendar}/%E0%A4/events`, calendarError],
    ['google', 'GET', `${calendar}/primary/events?pageToken=%`, calendarError],
    ['carthooks', 'GET', 'https://api.carthooks.com/v1/apps?x=%zz', { error: { message: expect.any(String) } }],
    ['carthooks', 'GET', 'https://api.carthooks.com/v1/apps/%', { error: { message: expect.any(String) } }],
  ])('is refused by the API of %s: %s %s', async (vendor, method, url, body) => {
    const response = await sandbox.fetch(url, { method, headers: { authorization: `Bearer ${tokens[vendor]}` } })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject(body)
  })

  const problem = { error: 'invalid_request', error_description: 'A percent code is malformed.' }

  test.each<[string, object]>([
    ['https://identity.goto.com/oauth/token', problem],
    ['https://identity.goto.com/oauth/revoke', problem],
    ['https://oauth2.googleapis.com/token', problem],
    ['https://oauth2.googleapis.com/revoke', problem],
    ['https://oauth2.googleapis.com/device/code', problem],
    ['https://api.carthooks.com/oauth/token', { error: { message: 'A percent code is malformed.' } }],
  ])('in a form is refused at %s', async (url, body) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const response = await sandbox.fetch(url, { method: 'POST', headers, body: 'grant_type=client_credentials&x=%zz' })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject(body)
  })

  test('in the address of a batch is refused', async () => {
    const part = 'content-type: application/http\r\n\r\nGET /calendar/v3/colors'
    const response = await sandbox.fetch('https://www.googleapis.com/batch/calendar/v3?x=%zz', {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.google}`, 'content-type': 'multipart/mixed; boundary=edge' },
      body: `--edge\r\n${part}\r\n--edge--`,
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject(calendarError)
  })

  test.each([
    'https://identity.goto.com/oauth/authorize?response_type=code&client_id=sandbox-client&state=%zz',
    'https://accounts.google.com/o/oauth2/v2/auth?response_type=code&state=%zz',
  ])('shows an error page, and sends nobody back: %s', async (url) => {
    const response = await sandbox.fetch(url)
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain('A percent code is malformed.')
  })

  test('is none where a percent sign is encoded', async () => {
    const headers = { authorization: `Bearer ${tokens.carthooks}` }
    const response = await sandbox.fetch('https://api.carthooks.com/v1/apps?x=%25zz', { headers })
    expect(response.status).toBe(200)
  })
})

describe('a header cannot be injected', () => {
  const injected = 'a\r\nset-cookie: b=c'

  test('by the state of an authorization', async () => {
    const callback = await approveAuthorization(sandbox.fetch, authorizationUrl({ state: injected }))
    expect(callback.searchParams.get('state')).toBe(injected)
    expect(callback.href).not.toMatch(/[\r\n]/)
  })

  test('by a fault', () => {
    const add = () => sandbox.control.faults.add({ match: {}, type: 'redirect', location: injected })
    expect(add).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  })

  test('by the token of a channel, which then tells nobody', async () => {
    const body = JSON.stringify({ id: 'c1', type: 'web_hook', address: 'http://127.0.0.1:9/hook', token: injected })
    const headers = { authorization: `Bearer ${tokens.google}`, 'content-type': 'application/json' }
    const response = await sandbox.fetch(`${calendar}/primary/events/watch`, { method: 'POST', headers, body })
    expect(response.status).toBe(200)
  })

  test('by the name of a part of a batch', async () => {
    const part = `content-type: application/http\r\ncontent-id: <a>\rset-cookie: b=c\r\n\r\nGET /calendar/v3/colors`
    const response = await sandbox.fetch('https://www.googleapis.com/batch/calendar/v3', {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.google}`, 'content-type': 'multipart/mixed; boundary=edge' },
      body: `--edge\r\n${part}\r\n--edge--`,
    })
    expect(await response.text()).not.toContain('set-cookie')
  })
})
