import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { approveAuthorization, createSandbox, listen, type Sandbox, type SandboxOptions } from '@grantkit/sandbox'
import type { SignInOptions } from '../src/index.ts'
import { freePort } from './http.ts'
import { createFolderKeychain } from './keychains.ts'

/** A machine with a sandbox on it: everything a sign-in touches, and everything it shows. */
export interface Scene {
  readonly sandbox: Sandbox
  readonly origin: string
  readonly port: number
  readonly redirectUri: string
  readonly dataDirectory: string
  /** The folder of the keychain, which other processes can use too. */
  readonly keychainDirectory: string
  /** Lines printed for the person. */
  readonly lines: string[]
  /** Gives the bodies of the pages the browser ended on, once it has read them. */
  pages(): Promise<string[]>
  /** Addresses the browser was sent back to. */
  readonly callbacks: URL[]
  /** Options of a sign-in here; whoever sits at the browser allows everything. */
  options(more?: SignInOptions): SignInOptions
  /** Sits at the browser: allows or denies, and goes where the browser is sent. */
  visit(url: URL, decision?: 'allow' | 'deny'): Promise<void>
  close(): Promise<void>
}

const secret = 'canary-client-secret'

export async function createScene(sandboxOptions: SandboxOptions = {}): Promise<Scene> {
  const port = await freePort()
  const redirectUri = `http://localhost:${port}/callback`
  const sandbox = createSandbox({
    ...sandboxOptions,
    clients: [{ id: 'test-client', secret, redirectUris: [redirectUri] }, ...(sandboxOptions.clients ?? [])],
  })
  const { origin, close } = await listen(sandbox)
  const dataDirectory = mkdtempSync(join(tmpdir(), 'grantkit-data-'))
  const keychainDirectory = mkdtempSync(join(tmpdir(), 'grantkit-keychain-'))
  const lines: string[] = []
  const visits: Promise<string>[] = []
  const callbacks: URL[] = []
  const visit = async (url: URL, decision: 'allow' | 'deny' = 'allow'): Promise<void> => {
    const visited = goThrough(url, decision, callbacks)
    visits.push(visited)
    await visited
  }
  return {
    sandbox,
    origin,
    port,
    redirectUri,
    dataDirectory,
    keychainDirectory,
    lines,
    pages: () => Promise.all(visits),
    callbacks,
    visit,
    options: (more = {}) => ({
      env: {
        GRANTKIT_SANDBOX: origin,
        GOTO_CLIENT_ID: 'test-client',
        GOTO_CLIENT_SECRET: secret,
        GOTO_REDIRECT_URI: redirectUri,
      },
      envFile: false,
      dataDirectory,
      keychain: createFolderKeychain(keychainDirectory),
      openBrowser: (url) => visit(url),
      print: (line) => lines.push(line),
      ...more,
    }),
    async close() {
      await close()
      await sandbox.close()
      for (const folder of [dataDirectory, keychainDirectory]) rmSync(folder, { recursive: true })
    },
  }
}

async function goThrough(url: URL, decision: 'allow' | 'deny', callbacks: URL[]): Promise<string> {
  const callback = await approveAuthorization(fetch, url, { decision })
  callbacks.push(callback)
  const page = await fetch(callback)
  return await page.text()
}
