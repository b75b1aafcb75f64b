import { randomUUID } from 'node:crypto'
import { isAuthError } from '@grantkit/auth-core'
import { afterEach, expect, test, vi } from 'vitest'
import { createSystemKeychain } from './system-keychain.ts'

// What a keychain that works does is tested on a real one, in test/servers.
afterEach(() => {
  vi.unstubAllEnvs()
})

const name = randomUUID()
const forever = new AbortController().signal

test.runIf(process.platform === 'linux')('a machine without a Secret Service is told as such', async () => {
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/no/such/bus')
  const keychain = createSystemKeychain()
  const saysWhy = (error: unknown): boolean =>
    isAuthError(error, 'keychain_unavailable') && /^[^\n]{10,}$/.test(error.message)
  await expect(keychain.get(name, { signal: forever })).rejects.toSatisfy(saysWhy)
  await expect(keychain.set(name, 'canary', { signal: forever })).rejects.toSatisfy(saysWhy)
})

test('an abort ends the call with its reason', async () => {
  const controller = new AbortController()
  const call = createSystemKeychain().get(name, { signal: controller.signal })
  controller.abort(new Error('nobody waits'))
  await expect(call).rejects.toThrow('nobody waits')
})

test('the process of a call makes no further one', async () => {
  vi.stubEnv('GRANTKIT_KEYCHAIN_PROCESS', '1')
  await expect(createSystemKeychain().get(name, { signal: forever })).rejects.toThrow('program in one file')
})

test.runIf(process.platform === 'linux')(
  'what debuggers put into NODE_OPTIONS does not reach the process of a call',
  async () => {
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/no/such/bus')
    vi.stubEnv('NODE_OPTIONS', '--no-such-option')
    await expect(createSystemKeychain().get(name, { signal: forever })).rejects.not.toThrow('could not be run')
  },
)
