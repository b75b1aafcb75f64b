// Starts a sign-in, and waits for ever at the point it is told: in a call of the keychain, or for the browser.
import { goto } from '@grantkit/auth-core/providers/goto'
import { signIn, type Keychain } from '../src/index.ts'
import { createFolderKeychain } from './keychains.ts'

const [folder = '', point = ''] = process.argv.slice(2)
const keychain = createFolderKeychain(folder)

function stopAt(name: string): Promise<void> {
  if (point !== name) return Promise.resolve()
  process.stderr.write(`Waiting at ${name}\n`)
  return new Promise(() => undefined)
}

const stopping: Keychain = {
  ...keychain,
  async set(name, secret, options) {
    await stopAt('before the key is kept')
    await keychain.set(name, secret, options)
    await stopAt('after the key is kept')
  },
}

await signIn(goto, { openBrowser: false, keychain: stopping, envFile: false })
