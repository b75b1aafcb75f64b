import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { Connection, Store } from '@grantkit/auth-core'
import { createGotoVoice, goto } from '@grantkit/goto-voice'
import { signIn } from '@grantkit/node-auth'
import { approveAuthorization, connectControl } from '@grantkit/sandbox'
import { nextMessage, type Children } from './children.ts'
import type { Report } from './report.ts'
import { accountKey, openStore, signInOptions, type Scene } from './scene.ts'
import { runStorm } from './storm.ts'
import { changeExtension, showLists, walkPages } from './typed-calls.ts'

export interface DemoOptions {
  readonly report: Report
  readonly children: Children
  readonly storePath: string
  /** A person presses the button. */
  readonly browser: boolean
  readonly signal: AbortSignal
}

/** Runs all steps and tells whether everything was as promised. */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const { report, children } = options
  const scene = await startSandbox(options)
  const control = connectControl(scene.origin)
  const store = openStore(scene)
  try {
    const connection = await signInOnce(options, scene, store)
    const voice = createGotoVoice({ connection, accountKey })
    await showLists(report, voice)
    await changeExtension(report, voice)
    await walkPages(report, voice, control)
    return await runStorm({ report, children, scene, control, connection })
  } finally {
    await store.close()
  }
}

async function startSandbox({ report, children, storePath }: DemoOptions): Promise<Scene> {
  const start = async (): Promise<Scene> => {
    const program = new URL('./sandbox-program.ts', import.meta.url)
    const redirectUri = `http://localhost:${await freePort()}/callback`
    const origin = String(await nextMessage(children.start(program, redirectUri)))
    return { origin, redirectUri, storePath }
  }
  return await report.step('Sandbox', start, ({ origin }) => `${origin} plays GoTo: OAuth and Voice Admin`)
}

async function signInOnce({ report, browser, signal }: DemoOptions, scene: Scene, store: Store): Promise<Connection> {
  const byPerson = async (progress: (text: string) => void): Promise<Connection> => {
    progress('press the button on the page your browser shows')
    return await signIn(goto, { ...signInOptions(scene, store), signal, print: (line) => report.lines([line]) })
  }
  const byProgram = async (): Promise<Connection> =>
    await signIn(goto, { ...signInOptions(scene, store), signal, openBrowser: actAsBrowser })
  return await report.step(
    'Sign in',
    browser ? byPerson : byProgram,
    () => `authorization code with PKCE, answered on ${scene.redirectUri}`,
  )
}

/** Opens the consent page, presses Allow, and goes where the page sends it. */
async function actAsBrowser(url: URL): Promise<void> {
  const callback = await approveAuthorization(fetch, url)
  await fetch(callback)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
