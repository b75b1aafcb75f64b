import { approveAuthorization, createSandbox } from '@grantkit/sandbox'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startSchedulerSite, type SchedulerSite } from './scheduler-site.ts'
import { useBrowser } from './use-browser.ts'

const browser = useBrowser()
let site: SchedulerSite
let sandbox: ReturnType<typeof createSandbox>
let page: Page

beforeEach(async () => {
  sandbox = createSandbox({ startMs: Date.UTC(2026, 10, 1) })
  site = await startSchedulerSite(sandbox)
  page = await browser.open([site.origin, site.sandboxOrigin])
  page.setDefaultTimeout(10_000)
})
afterEach(() => site[Symbol.asyncDispose]())

const heading = (name: string) => page.getByRole('heading', { name, level: 1 })
const isTokenAsked = (): boolean => sandbox.control.ledger.entries({ kind: 'token' }).length > 0

/** Signs in to the app and goes as far as Google's question. */
async function goToConsent(user: string): Promise<void> {
  await page.goto(`${site.origin}/?user=${user}`)
  await page.getByRole('link', { name: 'Connect Google Calendar' }).click()
  await page.getByRole('heading', { name: /^Allow/ }).waitFor()
}

const allow = () => page.getByRole('button', { name: 'Allow' }).click()

/** Begins as somebody, allows all of it, and gives the way back without going it. `ask`: with the cookies of which browser. */
async function allowElsewhere(ask: (address: string) => Promise<{ json(): Promise<unknown> }>): Promise<string> {
  const begun = await ask(`${site.origin}/api/integrations/google-calendar/connect/`)
  const { authorization_url: address } = (await begun.json()) as { authorization_url: string }
  return (await approveAuthorization(fetch, address)).href
}

/** What a page of the app says, and that it leads back. */
async function readFailure(title = 'Google Calendar was not connected'): Promise<string> {
  await heading(title).waitFor()
  const text = await page.locator('main').innerText()
  await page.getByRole('link', { name: 'Back to the app' }).click()
  await heading('Scheduler').waitFor()
  return text
}

test('a person connects, lands in the app again, and disconnects there', async () => {
  await goToConsent('ada')
  await allow()
  await heading('Scheduler').waitFor()
  expect(new URL(page.url()).pathname).toBe('/')
  expect(await site.status('ada')).toBe(true)
  const [cookie] = (await page.context().cookies()).filter(({ name }) => name.startsWith('grantkit'))
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })

  await page.getByRole('button', { name: 'Disconnect' }).click()
  await heading('Scheduler').waitFor()
  expect(await site.status('ada')).toBe(false)
})

test('who says no is told that nothing was changed', async () => {
  await goToConsent('ada')
  await page.getByRole('button', { name: 'Deny' }).click()
  expect(await readFailure()).toContain('Access was not given.')
  expect(isTokenAsked()).toBe(false)
})

test('who unticks a box is told which one, and can do it again', async () => {
  await goToConsent('ada')
  await page.getByRole('checkbox', { name: /busy/ }).uncheck()
  await allow()
  const text = await readFailure('Google Calendar is not connected yet')
  expect(text).toContain('https://www.googleapis.com/auth/calendar.freebusy')
  expect(text).toContain('leave every box ticked')
  await goToConsent('ada')
  await allow()
  await heading('Scheduler').waitFor()
})

test('who takes longer than ten minutes is told to begin again', async () => {
  await page.goto(`${site.origin}/?user=ada`)
  const callback = await allowElsewhere((address) => page.context().request.get(address))
  sandbox.control.clock.advance(601_000)
  await page.goto(callback)
  expect(await readFailure()).toContain('More than ten minutes')
  expect(isTokenAsked()).toBe(false)
})

test('who comes back a second time is told that all is well, and stays connected', async () => {
  await goToConsent('ada')
  const callback = page.waitForRequest((request) => request.url().includes('/callback/'))
  await allow()
  await heading('Scheduler').waitFor()
  await page.goto((await callback).url())
  expect(await readFailure()).toContain('was used before')
  expect(await site.status('ada')).toBe(true)
})

test('who is signed in as somebody else by then connects nobody', async () => {
  await goToConsent('ada')
  // As in another tab.
  await page.context().request.get(`${site.origin}/?user=bob`)
  await allow()
  expect(await readFailure()).toContain('Somebody else began this')
  expect([await site.status('ada'), await site.status('bob')]).toEqual([false, false])
  expect(isTokenAsked()).toBe(false)
})

test('who is sent the way back of another browser is warned, and connects nobody', async () => {
  const callback = await allowElsewhere((address) => fetch(address, { headers: { cookie: 'user=mallory' } }))
  await page.goto(`${site.origin}/?user=ada`)
  await page.goto(callback)
  expect(await readFailure()).toContain('do not follow it again')
  expect([await site.status('ada'), await site.status('mallory')]).toEqual([false, false])
  expect(isTokenAsked()).toBe(false)
})

test.each(['light', 'dark'] as const)('a page that says no fits a narrow screen, in %s', async (colorScheme) => {
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize({ width: 320, height: 640 })
  await goToConsent('ada')
  await page.getByRole('checkbox', { name: /events/i }).uncheck()
  await allow()
  await heading('Google Calendar is not connected yet').waitFor()
  const look = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    scheme: getComputedStyle(document.documentElement).colorScheme,
    isDark: matchMedia('(prefers-color-scheme: dark)').matches,
  }))
  expect(look).toEqual({ width: 320, scheme: 'light dark', isDark: colorScheme === 'dark' })
})
