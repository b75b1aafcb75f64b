import { createSandbox, googleWebClient, listen, type Sandbox } from '@grantkit/sandbox'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { useBrowser, useCallbackPage } from './use-browser.ts'

const grace = {
  accountKey: '42',
  principal: 'grace.example@example.com',
  name: 'Grace Example',
  password: 'correct horse',
  totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
}
const events = 'https://www.googleapis.com/auth/calendar.events'
const freeBusy = 'https://www.googleapis.com/auth/calendar.freebusy'

const browser = useBrowser()
const callback = useCallbackPage()
let sandbox: Sandbox
let origin: string
let page: Page

beforeEach(async () => {
  const redirectUris = [callback.uri]
  const clients = [
    { id: 'app', secret: 'app-secret', name: 'Phone app', redirectUris, scopes: ['voice-admin.v1.read'] },
    { ...googleWebClient, redirectUris },
  ]
  sandbox = createSandbox({ rotation: 'strict', clients })
  for (const vendor of ['goto', 'google'] as const) sandbox.control.accounts.add({ ...grace, vendor })
  origin = (await listen(sandbox)).origin
  page = await browser.open([origin, new URL(callback.uri).origin])
})
afterEach(() => sandbox.close())

const openGoto = () => page.goto(`${origin}/oauth/authorize?response_type=code&client_id=app&state=kept`)

const openGoogle = (more: Record<string, string> = {}) => {
  const query = { response_type: 'code', client_id: googleWebClient.id, redirect_uri: callback.uri }
  const scope = `${events} ${freeBusy}`
  return page.goto(`${origin}/o/oauth2/v2/auth?${new URLSearchParams({ ...query, scope, ...more })}`)
}

/** Where the browser was sent back to. */
async function backAtClient(): Promise<URLSearchParams> {
  await page.waitForURL(`${callback.uri}**`)
  return new URL(page.url()).searchParams
}

async function exchange(path: string, client: { id: string; secret?: string }, code: string | null) {
  const form = { grant_type: 'authorization_code', redirect_uri: callback.uri, code: code ?? '' }
  const body = new URLSearchParams({ ...form, client_id: client.id, client_secret: client.secret ?? '' })
  const answer = await fetch(origin + path, { method: 'POST', body })
  return (await answer.json()) as Record<string, string>
}

const app = { id: 'app', secret: 'app-secret' }
const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 })
const focusedId = () => page.evaluate(() => document.activeElement?.id)

/** As far as consent, as the person with password and second factor. */
async function signInAsGrace(): Promise<void> {
  await page.getByRole('button', { name: /Grace/ }).click()
  await page.getByLabel('Password').fill(grace.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Code of your authenticator app').fill(await page.locator('#current-code').innerText())
  await page.getByRole('button', { name: 'Go on' }).click()
  await heading(/^Allow/).waitFor()
}

describe('a person', () => {
  test('signs in with password and second factor, by keyboard alone', async () => {
    await openGoto()
    const chosen = page.getByRole('button', { name: /Grace/ })
    while (!(await chosen.evaluate((each) => each === document.activeElement))) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await heading('Sign in').waitFor()
    expect(await focusedId()).toBe('password')
    await page.keyboard.type(grace.password)
    await page.keyboard.press('Enter')
    await heading('Enter your one-time code').waitFor()
    expect(await focusedId()).toBe('code')
    await page.keyboard.type(await page.locator('#current-code').innerText())
    await page.keyboard.press('Enter')
    await heading('Allow Phone app to use your account?').waitFor()
    const allow = page.getByRole('button', { name: 'Allow' })
    while (!(await allow.evaluate((each) => each === document.activeElement))) await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')

    const back = await backAtClient()
    expect(back.get('state')).toBe('kept')
    const tokens = await exchange('/oauth/token', app, back.get('code'))
    expect(tokens).toMatchObject({ principal: grace.principal, scope: 'voice-admin.v1.read' })
  })

  test('is told of a wrong password, where to type it, and need not type the address again', async () => {
    await openGoto()
    await page.getByRole('button', { name: 'Use another account' }).click()
    await heading('Sign in').waitFor()
    expect(await focusedId()).toBe('principal')
    await page.getByLabel('E-mail address').fill(grace.principal)
    await page.getByLabel('Password').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('The password is wrong.').waitFor()
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(grace.principal)
    expect(await focusedId()).toBe('password')
    const described = page.getByLabel('Password').and(page.locator('[aria-describedby="problem"]'))
    expect(await described.count()).toBe(1)
    await page.keyboard.type(grace.password)
    await page.keyboard.press('Enter')
    await heading('Enter your one-time code').waitFor()
  })

  test('is told of a wrong code', async () => {
    await openGoto()
    await page.getByRole('button', { name: /Grace/ }).click()
    await page.getByLabel('Password').fill(grace.password)
    await page.keyboard.press('Enter')
    await page.getByLabel('Code of your authenticator app').fill('12345')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('The code is wrong or too old.').waitFor()
    expect(await focusedId()).toBe('code')
  })

  test('chooses an account, and another one afterwards', async () => {
    await openGoto()
    await page.getByRole('button', { name: /Ada/ }).click()
    await heading(/^Allow/).waitFor()
    await page.getByRole('button', { name: 'Use another account' }).click()
    await heading('Choose an account').waitFor()
    await signInAsGrace()
    await page.getByRole('button', { name: 'Allow' }).click()
    const tokens = await exchange('/oauth/token', app, (await backAtClient()).get('code'))
    expect(tokens.principal).toBe(grace.principal)
  })

  test('allows one scope and not the other', async () => {
    await openGoogle({ login_hint: 'ada.example@example.com' })
    await page.getByRole('checkbox', { name: /busy/ }).uncheck()
    await page.getByRole('button', { name: 'Allow' }).click()
    const tokens = await exchange('/token', googleWebClient, (await backAtClient()).get('code'))
    expect(tokens.scope).toBe(events)
  })

  test('denies it, on the first page or on the last', async () => {
    await openGoto()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect((await backAtClient()).get('error')).toBe('access_denied')
    await openGoto()
    await signInAsGrace()
    await page.getByRole('button', { name: 'Deny' }).click()
    expect((await backAtClient()).get('error')).toBe('access_denied')
  })

  test.each(['light', 'dark'] as const)('finds every page to fit a narrow screen, in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width: 320, height: 640 })
    const look = () =>
      page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        isDark: Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)?.[0]) < 128,
      }))
    const fits = { width: 320, isDark: colorScheme === 'dark' }
    await openGoogle()
    expect(await look()).toEqual(fits)
    await page.getByRole('button', { name: /Grace/ }).click()
    await page.getByLabel('Password').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await look()).toEqual(fits)
    await page.getByLabel('Password').fill(grace.password)
    await page.keyboard.press('Enter')
    await page.getByLabel('Code of your authenticator app').fill(await page.locator('#current-code').innerText())
    expect(await look()).toEqual(fits)
    await page.keyboard.press('Enter')
    await heading(/^Allow/).waitFor()
    expect(await look()).toEqual(fits)
    await page.goto(`${origin}/__sandbox/inspector/`)
    await page.getByText('Live', { exact: true }).first().waitFor()
    expect(await look()).toEqual(fits)
  })
})
