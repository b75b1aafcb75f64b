import { beforeEach, describe, expect, test } from 'vitest'
import { authorizationUrl as googleUrl, events, freeBusy } from '../../test/google-client.ts'
import { openPage } from '../../test/open-page.ts'
import { authorizationUrl, exchange, redirectUri, startMs } from '../../test/play-client.ts'
import { approveAuthorization } from '../approve-authorization.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { totpCode } from './totp.ts'

const ada = 'ada.example@example.com'
const grace = {
  accountKey: '42',
  principal: 'grace.example@example.com',
  name: 'Grace Example',
  password: 'correct horse',
  totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
}
const { principal, password, totpSecret } = grace

let sandbox: Sandbox

beforeEach(() => {
  sandbox = createSandbox({ startMs })
  sandbox.control.accounts.add(grace)
})

const open = (parameters: Record<string, string> = {}) => openPage(sandbox, authorizationUrl(parameters))

/** As far as the page that asks for the second factor. */
async function openCodePage() {
  const page = await (await open()).submit({ account: principal })
  return page.submit({ principal, password })
}

describe('the account chooser', () => {
  test('offers everybody, and the way to somebody else', async () => {
    const page = await open()
    expect(page.name).toBe('accounts')
    for (const each of [ada, principal, 'Use another account']) expect(page.html).toContain(each)
  })

  test('is left out where there is one person only', async () => {
    const alone = createSandbox({ startMs })
    expect((await openPage(alone, authorizationUrl())).name).toBe('consent')
  })

  test('leads an account without a password straight to the question', async () => {
    const page = await (await open()).submit({ account: ada })
    expect(page).toMatchObject({ status: 200, name: 'consent' })
    expect(page.html).toContain(`data-principal="${ada}"`)
  })

  test('can be gone back to, and then the person of before is signed in no longer', async () => {
    const consent = await (await open()).submit({ account: ada })
    expect((await consent.submit({ other: 'yes' })).name).toBe('accounts')
    const decided = await consent.submit({ decision: 'allow' })
    expect(decided).toMatchObject({ status: 400, name: 'error' })
  })
})

describe('the password page', () => {
  test('comes for who has a password, with the address filled in', async () => {
    const page = await (await open()).submit({ account: principal })
    expect(page.name).toBe('password')
    expect(page.html).toMatch(new RegExp(`name="principal"[^>]*value="${principal}"`))
  })

  test('comes empty for somebody else, and takes the address of anybody here', async () => {
    const page = await (await open()).submit({ account: '' })
    expect(page.html).toMatch(/name="principal"[^>]*value=""/)
    expect((await page.submit({ principal: ada, password: '' })).name).toBe('consent')
  })

  test.each([
    ['a wrong password', principal, 'Tr0ub4dor&3', 'The password is wrong.'],
    ['no password', principal, '', 'The password is wrong.'],
    ['nobody’s address', 'nobody@example.com', password, 'There is no account with this e-mail address.'],
    ['markup', '"><script>', password, 'There is no account with this e-mail address.'],
  ])('says so of %s, keeps the address, and never writes the password', async (_, typed, tried, text) => {
    const page = await (await open()).submit({ account: '' })
    const again = await page.submit({ principal: typed, password: tried })
    expect(again).toMatchObject({ status: 403, name: 'password' })
    expect(again.html).toMatch(new RegExp(`role="alert"[^>]*>${text}<`))
    const kept = /name="principal"[^>]*value="([^"]*)"/.exec(again.html)?.[1]
    expect(kept?.replaceAll(/&#(\d+);/g, (_entity, code: string) => String.fromCharCode(Number(code)))).toBe(typed)
    expect(again.html).toContain('aria-invalid="true"')
    if (tried !== '') expect(again.html).not.toContain(tried)
  })

  test('takes the right password after a wrong one', async () => {
    const wrong = await (await open()).submit({ principal, password: 'wrong' })
    expect((await wrong.submit({ principal, password })).name).toBe('code')
    expect(sandbox.control.ledger.entries({ operation: 'signIn' })).toMatchObject([
      { status: 403, error: 'wrong_password', clientId: 'sandbox-client' },
      { status: 200 },
    ])
  })
})

describe('the second factor', () => {
  test('is asked for after the password, and the page shows what it is', async () => {
    const page = await openCodePage()
    expect(page.name).toBe('code')
    expect(page.html).toContain(totpSecret)
    expect(page.html).toContain(totpCode(totpSecret, startMs))
  })

  test('leads to the question, and the person who passed it gets the code', async () => {
    const page = await openCodePage()
    const consent = await page.submit({ code: totpCode(totpSecret, startMs) })
    expect(consent.name).toBe('consent')
    const { location } = await consent.submit({ decision: 'allow' })
    const tokens = await exchange(sandbox, location?.searchParams.get('code') ?? '')
    expect(tokens.body.principal).toBe(principal)
  })

  test.each(['', '12345', '000000', 'abcdef'])('says of %j that it is wrong, and keeps it', async (code) => {
    const again = await (await openCodePage()).submit({ code })
    expect(again).toMatchObject({ status: 403, name: 'code' })
    expect(again.html).toContain('The code is wrong or too old.')
    expect(again.html).toMatch(new RegExp(`name="code"[^>]*value="${code}"`))
  })

  test('is too old after a minute of the sandbox’s clock', async () => {
    const page = await openCodePage()
    sandbox.control.clock.advance(60_000)
    const again = await page.submit({ code: totpCode(totpSecret, startMs) })
    expect(again.status).toBe(403)
    expect((await again.submit({ code: totpCode(totpSecret, startMs + 60_000) })).name).toBe('consent')
  })

  test('cannot be had without the password, nor the question without the second factor', async () => {
    const chooser = await open()
    const code = totpCode(totpSecret, startMs)
    expect((await chooser.submit({ code })).name).toBe('accounts')
    expect((await (await openCodePage()).submit({ decision: 'allow', account: principal })).status).toBe(400)
  })

  test('of the one who was chosen before does not count for another', async () => {
    const page = await openCodePage()
    await page.submit({ other: 'yes' })
    expect((await page.submit({ code: totpCode(totpSecret, startMs) })).name).toBe('accounts')
  })

  test('is asked for alone where there is no password', async () => {
    sandbox.control.accounts.add({ accountKey: '43', principal: 'radia.example@example.com', totpSecret })
    expect((await (await open()).submit({ account: 'radia.example@example.com' })).name).toBe('code')
  })
})

describe('a refusal', () => {
  test.each(['accounts', 'password', 'code', 'consent'])('on the page “%s” sends access_denied', async (name) => {
    const walk = [{ account: principal }, { principal, password }, { code: totpCode(totpSecret, startMs) }]
    let page = await open({ state: 'kept' })
    for (const fields of walk) if (page.name !== name) page = await page.submit(fields)
    expect(page.name).toBe(name)
    const { location } = await page.submit({ decision: 'deny' })
    expect(location?.href.startsWith(redirectUri)).toBe(true)
    expect(location?.searchParams.get('error')).toBe('access_denied')
    expect(location?.searchParams.get('state')).toBe('kept')
  })
})

describe('a person by script', () => {
  test('goes through all pages', async () => {
    const back = await approveAuthorization(sandbox.fetch, authorizationUrl(), { account: principal, password })
    const tokens = await exchange(sandbox, back.searchParams.get('code') ?? '')
    expect(tokens.body.principal).toBe(principal)
  })

  test.each([
    ['asked for a password it was not given', { account: principal }, 'password of grace.example@example.com'],
    ['with a wrong password', { account: principal, password: 'wrong' }, '(403): The password is wrong.'],
    ['with an account that is not here', { account: 'nobody@example.com' }, 'offers no account "nobody@example.com"'],
  ])('%s says so', async (_, options, message) => {
    const attempt = approveAuthorization(sandbox.fetch, authorizationUrl(), options)
    await expect(attempt).rejects.toMatchObject({
      code: 'authorization_page',
      message: expect.stringContaining(message),
    })
  })
})

describe('what a request may say of the person', () => {
  const openGoogle = (parameters: Record<string, string> = {}) => openPage(sandbox, googleUrl(parameters))

  beforeEach(() => sandbox.control.accounts.add({ ...grace, vendor: 'google' }))

  test.each([
    ['nothing', {}, 'accounts'],
    ['an e-mail address', { login_hint: ada }, 'consent'],
    ['a subject', { login_hint: '100000000000000000001' }, 'consent'],
    ['somebody with a password', { login_hint: principal }, 'password'],
    ['somebody who is not here', { login_hint: 'nobody@example.com' }, 'accounts'],
    ['that the person is to choose', { login_hint: ada, prompt: 'select_account' }, 'accounts'],
  ])('Google hears %s', async (_, parameters, name) => {
    expect((await openGoogle(parameters)).name).toBe(name)
  })

  test('Google does not ask again for what was allowed, whoever had to sign in, unless told to', async () => {
    const allowed = await openGoogle({ scope: events, login_hint: principal })
    const walk = [{ principal, password }, { code: totpCode(totpSecret, startMs) }]
    let page = allowed
    for (const fields of walk) page = await page.submit(fields)
    const { location } = await page.submit({ decision: 'allow', scope: events })
    const form = { grant_type: 'authorization_code', redirect_uri: redirectUri }
    const client = { client_id: 'sandbox-google-web', client_secret: 'sandbox-google-secret' }
    const body = new URLSearchParams({ ...form, ...client, code: location?.searchParams.get('code') ?? '' })
    await sandbox.fetch('https://oauth2.googleapis.com/token', { method: 'POST', body })

    for (const [parameters, name] of [
      [{ scope: events }, ''],
      [{ scope: events, prompt: 'consent' }, 'consent'],
      [{ scope: freeBusy }, 'consent'],
    ] as const) {
      page = await openGoogle({ ...parameters, login_hint: principal })
      for (const fields of walk) page = await page.submit(fields)
      expect([page.name, page.location?.searchParams.has('code') ?? false]).toEqual([name, name === ''])
    }
  })

  test('Google shows no page at all for nobody who has to prove who they are', async () => {
    const { location } = await openGoogle({ login_hint: principal, prompt: 'none' })
    expect(location?.searchParams.get('error')).toBe('interaction_required')
  })

  test('GoTo is not known to hear anything', async () => {
    expect((await open({ login_hint: ada, prompt: 'consent' })).name).toBe('accounts')
  })
})

describe('every page', () => {
  test('labels its fields, names its language, loads nothing and runs nothing', async () => {
    const consent = await openPage(sandbox, googleUrl())
    const pages = [await open(), await (await open()).submit({ account: principal }), await openCodePage(), consent]
    for (const { html, headers } of pages) {
      expect(html).toContain('<html lang="en">')
      expect(html).toContain('<main>')
      for (const [, id] of html.matchAll(/<input\s+id="([^"]+)"/g)) expect(html).toContain(`<label for="${id}">`)
      expect(html.match(/<link[^>]*>/g)).toEqual(['<link rel="icon" href="data:," />'])
      expect(html).not.toMatch(/<script|<img|\son\w+=|style="/)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("form-action 'self' http://localhost:8080")
      expect(policy).not.toContain('unsafe')
    }
  })
})

describe('an account', () => {
  test.each([{ password: '' }, { password: 5 }, { totpSecret: 'short' }, { totpSecret: 'gezdgnbvgy3tqojq' }])(
    'with %j is refused',
    (secrets) => {
      const account = { ...grace, ...secrets } as never
      expect(() => sandbox.control.accounts.add(account)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    },
  )

  test('is listed without its secrets', () => {
    const listed = JSON.stringify(sandbox.control.accounts.list())
    expect(listed).toContain(principal)
    expect(listed).not.toContain(password)
    expect(listed).not.toContain(totpSecret)
  })
})
