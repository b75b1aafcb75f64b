// Makes one call to the keychain of the system: a request on standard input, the answer on standard output. A process
// of its own, because such a call can hang for as long as it likes, and then only a process can be ended.
import { text } from 'node:stream/consumers'
import type { KeychainAnswer, KeychainRequest } from './system-keychain.ts'

const service = 'grantkit'

async function answer(request: KeychainRequest): Promise<KeychainAnswer> {
  const keyring = await import('@napi-rs/keyring').catch(() => undefined)
  if (keyring === undefined) return { failure: 'the package @napi-rs/keyring is not installed for this platform' }
  try {
    // Said by name: by itself, the library falls back to a keyring in the kernel, which a restart empties.
    const entry = new keyring.Entry(service, request.name, { linux: { store: 'secret-service' } })
    if (request.call === 'get') return { secret: entry.getPassword() }
    if (request.call === 'set') entry.setPassword(request.secret)
    else entry.deleteCredential()
    return { secret: null }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : 'it failed' }
  }
}

const request = JSON.parse(await text(process.stdin)) as KeychainRequest
process.stdout.write(JSON.stringify(await answer(request)))
