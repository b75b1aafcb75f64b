import {
  approveAuthorization,
  createSandbox,
  defaultClient,
  listen,
  type Listening,
  type Sandbox,
} from '@grantkit/sandbox'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { useBrowser, useCallbackPage } from './use-browser.ts'

const accountKey = '1234567890'

const browser = useBrowser()
const elsewhere = useCallbackPage()
let sandbox: Sandbox
let server: Listening
let page: Page

beforeEach(async () => {
  sandbox = createSandbox({ rotation: 'strict' })
  server = await listen(sandbox)
  page = await browser.open([server.origin, new URL(elsewhere.uri).origin])
})
afterEach(() => sandbox.close())

type Form = Readonly<Record<string, string>>

async function askToken(form: Form): Promise<Form> {
  const { id, secret = '' } = defaultClient
  const body = new URLSearchParams({ ...form, client_id: id, client_secret: secret })
  const answer = await sandbox.fetch(`${server.origin}/oauth/token`, { method: 'POST', body })
  return (await answer.json()) as Form
}

async function signIn(): Promise<Form> {
  const url = `${server.origin}/oauth/authorize?response_type=code&client_id=${defaultClient.id}`
  const callback = await approveAuthorization(sandbox.fetch, url)
  return askToken({ grant_type: 'authorization_code', code: callback.searchParams.get('code') ?? '' })
}

const refresh = ({ refresh_token = '' }: Form) => askToken({ grant_type: 'refresh_token', refresh_token })

async function listExtensions({ access_token: token = '' }: Form): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  const url = `${server.origin}/voice-admin/v1/extensions?accountKey=${accountKey}`
  return (await sandbox.fetch(url, { headers })).status
}

const openInspector = () => page.goto(`${server.origin}/__sandbox/inspector/`)
const rows = () => page.locator('#calls > tr')
const shown = (text: string | RegExp) => page.getByText(text).first().waitFor()

describe('the live page', () => {
  test('shows calls as they come in, filtered, with everything the ledger has', async () => {
    await openInspector()
    await shown('Live')
    const tokens = await signIn()
    await listExtensions(tokens)
    await shown('4 calls')
    expect(await rows().first().innerText()).toContain('listExtensions')
    await listExtensions({ access_token: 'nonsense' })
    await shown('5 calls')

    await page.getByLabel('Trouble only').check()
    await shown('1 of 5 calls')
    expect(await rows().innerText()).toContain('AUTHN_INVALID_TOKEN')
    await page.getByLabel('Trouble only').uncheck()
    await page.getByLabel('Words').fill('token')
    await page.getByLabel('Kind').selectOption('token')
    await shown('1 of 5 calls')
    await page.getByRole('button', { name: '3', exact: true }).click()
    await shown('"grantType": "authorization_code"')
    for (const secret of [tokens.access_token, tokens.refresh_token]) {
      expect(secret).toBeTypeOf('string')
      expect(await page.content()).not.toContain(secret)
    }
  })

  test('keeps the focus on the row one reads while calls come in', async () => {
    await signIn()
    await openInspector()
    await page.getByRole('button', { name: '2', exact: true }).focus()
    await page.keyboard.press('Enter')
    await shown('"operation": "decideAuthorization"')
    await listExtensions({})
    await shown('4 calls')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('2')
  })

  test('draws the token tree of a family: current, then spent, then reuse', async () => {
    await openInspector()
    const first = await signIn()
    await shown('family-1 alive')
    await refresh(first)
    await shown('call 4: current')
    await refresh(first)
    await shown('call 5: reuse')
    await shown('family-1 ended')
    const tree = await page.locator('#tokens').innerText()
    expect(tree).toMatch(/refresh 1 #\S+ spent[^]*call 4: current[^]*call 5: reuse[^]*refresh 2 #\S+ revoked/)
  })

  test('changes the weather for the next call, and tells so', async () => {
    const tokens = await signIn()
    await openInspector()
    await page.getByRole('button', { name: '503', exact: true }).click()
    await page.getByRole('status').getByText('fault-1 waits for the next call that fits: 503.').waitFor()
    await shown('fault-1: server_error on api, 1 to go')
    expect([await listExtensions(tokens), await listExtensions(tokens)]).toEqual([503, 200])
    await shown('fault-1')
    await page.getByRole('listitem').getByText('nothing').waitFor()
  })

  test('expires and revokes, all or one family', async () => {
    const [one, two] = [await signIn(), await signIn()]
    await openInspector()
    await page.getByRole('button', { name: 'Expire access of family-1' }).click()
    await shown('1 access tokens expired.')
    expect([await listExtensions(one), await listExtensions(two)]).toEqual([401, 200])
    await page.getByRole('button', { name: 'Revoke of family-2' }).click()
    await shown('1 grants revoked.')
    expect([(await refresh(one)).error, (await refresh(two)).error]).toEqual([undefined, 'invalid_grant'])
    await page.getByRole('button', { name: 'Revoke grants' }).click()
    await shown('family-1 ended')
  })

  test('says what is wrong with a fault that the control refuses', async () => {
    await openInspector()
    await page.getByLabel('Times').fill('0')
    await page.getByRole('button', { name: '401', exact: true }).click()
    await shown('That did not work: fault.times must be a number of at least 1.')
    expect(sandbox.control.faults.pending()).toEqual([])
  })

  test('goes on by itself where it stopped, once the connection is back', async () => {
    await openInspector()
    const tokens = await signIn()
    await shown('3 calls')
    const port = Number(new URL(server.origin).port)
    await server.close()
    await shown('The sandbox does not answer. Trying again …')
    await listExtensions(tokens)
    server = await listen(sandbox, { port })
    await shown('4 calls')
    expect(await rows().count()).toBe(4)
  })

  test('begins anew after a reset', async () => {
    await signIn()
    await openInspector()
    await shown('3 calls')
    sandbox.control.reset()
    await shown('0 calls')
    await shown('Nobody has signed in yet.')
    expect(await rows().count()).toBe(0)
  })

  test('stays usable with 10,000 calls: draws a page of them, and filters all', async () => {
    const tokens = await signIn()
    await refresh(tokens)
    for (let batch = 0; batch < 10; batch += 1) {
      await Promise.all(Array.from({ length: 1000 }, () => listExtensions(tokens)))
    }
    await openInspector()
    await shown('10004 calls')
    expect(await rows().count()).toBe(200)
    await page.getByRole('button', { name: 'Show older calls' }).click()
    await expect.poll(() => rows().count()).toBe(400)
    await page.getByLabel('Words').fill('refresh_token')
    await shown('1 of 10004 calls')
  })
})

test('a page of another site can neither press the buttons nor read the ledger', async () => {
  await signIn()
  await page.goto(elsewhere.uri)
  const outcomes = await page.evaluate(async (control) => {
    const revoke = await fetch(`${control}/revokeGrant`, { method: 'POST', mode: 'no-cors', body: '{}' })
    const read = await fetch(`${control}/grants/list`).then(
      () => 'read',
      () => 'refused',
    )
    const streamed = await new Promise((resolve) => {
      const stream = new EventSource(`${control}/ledger/stream`)
      stream.addEventListener('entry', () => resolve('read'))
      stream.addEventListener('error', () => {
        stream.close()
        resolve('refused')
      })
    })
    return [revoke.type, read, streamed]
  }, `${server.origin}/__sandbox`)
  expect(outcomes).toEqual(['opaque', 'refused', 'refused'])
  expect(sandbox.control.grants.list()[0]?.refreshTokens[0]?.state).toBe('current')
  // Chromium says in the console that it was refused.
  browser.forgive('CORS policy')
})
