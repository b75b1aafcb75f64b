import { describe, expect, test } from 'vitest'
import { createSandbox } from './sandbox.ts'
import { isSandboxError } from './sandbox-error.ts'
import type { VendorId } from './vendor.ts'
import { call, signIn, startMs } from '../test/play-client.ts'

test.each<unknown>([
  { sed: 'x' },
  { seed: '' },
  { startMs: -1 },
  { startMs: 'now' },
  { rotation: 'often' },
  { accessTokenSeconds: 0 },
  { refreshTokenSeconds: Number.NaN },
  { issuer: '' },
  { clients: [{ id: 'x', secret: '' }] },
  { clients: [{ id: 'x', rotation: 'often' }] },
  { clients: [{ id: 'x', accessTokenSeconds: 0 }] },
  [],
  null,
])('%j are no options', (options) => {
  const create = () => createSandbox(options as object)
  expect(create).toThrow(expect.objectContaining({ name: 'SandboxError', code: 'invalid_option' }))
})

test('two sandboxes know nothing of each other', async () => {
  const [one, two] = [createSandbox({ seed: 'one' }), createSandbox({ seed: 'two' })]
  const tokens = await signIn(one)
  expect((await call(two, tokens.access, 'GET', '/extensions')).status).toBe(401)
  expect(two.control.ledger.summary().tokenRequests).toBe(0)
})

test('access tokens live as long as they are set to', async () => {
  const sandbox = createSandbox({ startMs, accessTokenSeconds: 60, refreshTokenSeconds: 120 })
  const { access } = await signIn(sandbox)
  sandbox.control.clock.advance(60_000)
  expect((await call(sandbox, access, 'GET', '/device-models')).body.errorCode).toBe('AUTHN_EXPIRED_TOKEN')
})

test('a request that was given up before it was sent never arrives', async () => {
  const sandbox = createSandbox()
  const attempt = sandbox.fetch('https://api.goto.test/', { signal: AbortSignal.abort() })
  await expect(attempt).rejects.toMatchObject({ name: 'AbortError' })
  expect(sandbox.control.ledger.summary().calls).toBe(0)
})

test('errors are told by their code, of any copy of the package', () => {
  const foreign = Object.defineProperty(
    Object.assign(new Error('x'), { code: 'port_in_use' }),
    Symbol.for('@grantkit/sandbox-error'),
    { value: true },
  )
  expect(isSandboxError(foreign, 'port_in_use')).toBe(true)
  expect(isSandboxError(foreign, 'not_loopback')).toBe(false)
  expect(isSandboxError(new Error('x'))).toBe(false)
  expect(isSandboxError(undefined)).toBe(false)
})

describe('an address at which nothing is', () => {
  const ask = async (url: string, vendors?: readonly VendorId[]) => {
    const sandbox = createSandbox({ startMs, ...(vendors === undefined ? {} : { vendors }) })
    const response = await sandbox.fetch(url)
    const [entry] = sandbox.control.ledger.entries()
    return { status: response.status, text: await response.text(), vendor: entry?.vendor, operation: entry?.operation }
  }

  test.each<[string, VendorId | undefined, RegExp]>([
    ['https://identity.goto.com/nothing', 'goto', /"errorCode":"NOT_FOUND"/],
    ['https://www.googleapis.com/nothing', 'google', /^<!DOCTYPE html>.*Error 404/],
    ['https://oauth2.googleapis.com/nothing', 'google', /^<!DOCTYPE html>/],
    ['https://app.carthooks.com/nothing', 'carthooks', /"trace_id"/],
    ['http://127.0.0.1/nothing', undefined, /"errorCode":"NOT_FOUND"/],
  ])('%s is answered as its vendor does', async (url, vendor, text) => {
    const answer = await ask(url)
    expect(answer).toMatchObject({ status: 404, vendor, operation: 'unknown' })
    expect(answer.text).toMatch(text)
  })

  test('is nobody’s where its vendor is not played', async () => {
    expect(await ask('https://www.googleapis.com/nothing', ['goto'])).toMatchObject({ status: 404, vendor: undefined })
  })

  test('meets faults in the words of its vendor', async () => {
    const sandbox = createSandbox({ startMs })
    sandbox.control.faults.add({ match: { vendor: 'carthooks' }, type: 'server_error' })
    const response = await sandbox.fetch('https://app.carthooks.com/nothing')
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ trace_id: expect.any(String) })
  })
})
