import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium, type Browser } from 'playwright-core'
import { findProgram, type Program } from './child-server.ts'

export const chromiumBrowser: Program = { name: 'chromium', debianPackage: 'chromium' }

// It asks nobody but us.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Launches Debian's Chromium with an empty profile. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findProgram(chromiumBrowser)
  if (executablePath === undefined) throw new Error('chromium is not installed.')
  return chromium.launch({ executablePath, args: flags })
}

export interface CallbackPage extends AsyncDisposable {
  /** On `localhost`, which is another site than 127.0.0.1. */
  readonly uri: string
}

/** Starts the place that a sign-in sends the browser back to. */
export async function startCallbackPage(): Promise<CallbackPage> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><link rel="icon" href="data:,"><h1>Back at the client</h1>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    uri: `http://localhost:${port}/callback`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
