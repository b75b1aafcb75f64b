import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox, listen, type Sandbox } from '@grantkit/sandbox'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from './free-port.ts'
import { startGateways, type GatewayFleet } from './gateway-fleet.ts'
import { useBrowser } from './use-browser.ts'

const ada = /Ada/
const grace = { accountKey: '42', principal: 'grace.example@example.com', name: 'Grace Example' }

const browser = useBrowser()
const folder = mkdtempSync(join(tmpdir(), 'grantkit-gateway-pages-'))
let sandbox: Sandbox
let vendor: string
let fleet: GatewayFleet
let origin: string
let page: Page
/** A new one for each test. */
let tenant = 'acme-0'

beforeAll(async () => {
  const port = await freePort()
  vendor = `http://127.0.0.1:${port}`
  fleet = await startGateways({ store: `sqlite:${join(folder, 'gateway.sqlite')}`, sandbox: vendor, count: 1 })
  origin = fleet.origins[0] ?? ''
  const redirectUris = [`${origin}/oauth/callback/goto`]
  sandbox = createSandbox({ clients: [{ id: 'sandbox-client', secret: 'sandbox-secret', redirectUris }] })
  sandbox.control.accounts.add({ ...grace, vendor: 'goto' })
  await listen(sandbox, { port })
})
afterAll(async () => {
  await fleet.stop()
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  tenant = `acme-${Number(tenant.slice('acme-'.length)) + 1}`
  await put(`/tenants/${tenant}`, {})
  await put(`/tenants/${tenant}/apps/goto`, {
    provider: 'goto',
    client_id: 'sandbox-client',
    client_secret: 'sandbox-secret',
  })
  page = await browser.open([origin, vendor])
})

const put = (path: string, json: unknown) => fleet.call(0, 'PUT', path, { token: fleet.operator, json })
const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 })
const advice = () => page.locator('main p').last().innerText()

async function invite(): Promise<string> {
  const made = await fleet.call(0, 'POST', `/tenants/${tenant}/apps/goto/connect`, { token: fleet.operator })
  return ((await made.json()) as { connect_url: string }).connect_url
}

/** Opens a link and goes on to the provider. */
async function goOn(): Promise<void> {
  await page.goto(await invite())
  await page.getByRole('button', { name: 'Continue to GoTo' }).click()
}

async function consent(person: RegExp, decision = 'Allow'): Promise<void> {
  await page.getByRole('button', { name: person }).click()
  await page.getByRole('button', { name: decision }).click()
}

describe('a person who connects an app', () => {
  test('is led to the provider and back, by keyboard alone', async () => {
    await page.goto(await invite())
    await heading('Connect GoTo').waitFor()
    expect(await page.locator('main').innerText()).toContain(
      `"${tenant}" asks to use GoTo for you, with its app "goto".`,
    )
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Continue to GoTo')
    await page.keyboard.press('Enter')
    await consent(ada)
    await heading('GoTo is connected').waitFor()
    expect(await advice()).toBe('You can close this tab.')
    expect(page.url()).toMatch(`${origin}/oauth/callback/goto?`)
  })

  test('who says no is told that nothing was changed', async () => {
    await goOn()
    await consent(ada, 'Deny')
    await heading('GoTo was not connected').waitFor()
    expect(await page.locator('main').innerText()).toContain('The permission was refused')
    expect(await advice()).toContain('ask for a new link')
  })

  test('who loads the last page again, or comes with a used link, is told that it is over', async () => {
    const link = await invite()
    await page.goto(link)
    await page.getByRole('button').click()
    await consent(ada)
    await heading('GoTo is connected').waitFor()
    await page.reload()
    await heading('This attempt is over').waitFor()
    expect(await advice()).toContain('If you have seen that it worked, it did')
    await page.goto(link)
    await heading('This link is over').waitFor()
    expect(await advice()).toBe('Ask for a new link where you got this one.')
  })

  test('who comes back in another browser connects nothing', async () => {
    const afterSeq = sandbox.control.ledger.entries().length
    await goOn()
    await page.getByRole('button', { name: ada }).click()
    await page.context().clearCookies()
    await page.getByRole('button', { name: 'Allow' }).click()
    await heading('This attempt is over').waitFor()
    expect(await page.locator('main').innerText()).toContain('in the browser in which it began')
    expect(sandbox.control.ledger.summary({ afterSeq })).toMatchObject({ tokenRequests: 0 })
  })

  test('who is another person than before is told how to go on', async () => {
    await goOn()
    await consent(ada)
    await heading('GoTo is connected').waitFor()
    await page.context().clearCookies()
    await goOn()
    await consent(/Grace/)
    await heading('GoTo was not connected').waitFor()
    expect(await page.locator('main').innerText()).toContain('as another person than the one who connected this before')
    expect(await advice()).toContain('Sign out at GoTo first')
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
    const link = await invite()
    await page.goto(link)
    expect(await look()).toEqual(fits)
    await page.getByRole('button').click()
    await consent(ada)
    await heading('GoTo is connected').waitFor()
    expect(await look()).toEqual(fits)
    await page.goto(link)
    await heading('This link is over').waitFor()
    expect(await look()).toEqual(fits)
  })
})

describe('/docs', () => {
  test('shows every operation, with nothing from elsewhere', async () => {
    await page.goto(`${origin}/docs`)
    await page.getByRole('heading', { name: /Grantkit gateway/ }).waitFor()
    const { paths } = (await (await fetch(`${origin}/openapi.json`)).json()) as { paths: Record<string, object> }
    const operations = Object.values(paths).flatMap((path) => Object.keys(path)).length
    await expect.poll(() => page.locator('.opblock').count()).toBe(operations)
    await page.getByRole('button', { name: 'GET /ready The process can' }).click()
    await page.getByText('The process can serve: its store answers').first().waitFor()
  })

  test('is where old links to /redoc lead', async () => {
    await page.goto(`${origin}/redoc`)
    expect(page.url()).toBe(`${origin}/docs`)
    await page.getByRole('heading', { name: /Grantkit gateway/ }).waitFor()
  })
})
