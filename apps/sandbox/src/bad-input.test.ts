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
  test.each<[keyof typeof tokens, string, number]>([
    ['goto', 'https://api.goto.com/voice-admin/v1/extensions/%zz', 400],
    ['google', `${calendar}/%E0%A4/events`, 400],
    ['google', `${calendar}/primary/events?pageToken=%`, 400],
    ['carthooks', 'https://api.carthooks.com/v1/apps/%', 404],
  ])('at %s is refused: %s', async (vendor, url, status) => {
    const headers = { authorization: `Bearer ${tokens[vendor]}` }
    expect((await sandbox.fetch(url, { headers })).status).toBe(status)
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
