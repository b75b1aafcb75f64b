import { expect, test } from 'vitest'
import { createSandbox } from './sandbox.ts'
import { isSandboxError } from './sandbox-error.ts'
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
