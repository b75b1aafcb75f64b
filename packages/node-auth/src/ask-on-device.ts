import type { AuthClient, Connection } from '@grantkit/auth-core'
import { deviceCode, type DevicePrompt } from '@grantkit/auth-core/grants/device-code'
import { signInTimeout } from './callback-answer.ts'
import { defaultTimeoutMs, type Visit } from './visit.ts'

/** Has the person enter a code on another device. The address is shown, and never opened. */
export async function askOnDevice(client: AuthClient, visit: Visit, scopes: readonly string[]): Promise<Connection> {
  const { options, place, account, print } = visit
  const { timeoutMs = defaultTimeoutMs, allowOtherPerson = false } = options
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(signInTimeout(timeoutMs)), timeoutMs)
  const onPrompt = ({ userCode, verificationUri, expiresInMs }: DevicePrompt): void => {
    print(`Sign in to ${place.provider.id} on any device. Open this address and enter the code:`)
    print(`  ${verificationUri}`)
    print(`  ${userCode}`)
    print(`Waiting for the answer, at most ${Math.min(timeoutMs, expiresInMs) / 1000} s.`)
  }
  const grant = deviceCode({
    onPrompt,
    signal: AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]),
    allowOtherPerson,
    ...(scopes.length === 0 ? {} : { scopes }),
  })
  try {
    return await client.connect(account, grant)
  } finally {
    clearTimeout(timer)
  }
}
