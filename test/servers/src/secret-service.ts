import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram, startChildServer, type ChildServer, type Program } from './child-server.ts'

/** The keychain of a Linux desktop, on a message bus of its own, for a user without a desktop. */
export interface SecretService {
  /** What a program needs to know to reach it. */
  readonly environment: Readonly<Record<string, string>>
  /** Locks everything; nobody is there who could unlock it. */
  lock(): Promise<void>
  /** Stops answering, or answers again. */
  signal(who: 'keychain' | 'bus', signal: 'SIGSTOP' | 'SIGCONT'): void
  /** Ends the keychain and starts it anew, unlocked, with what it kept. */
  restart(): Promise<void>
  /** Ends it and forgets everything. */
  remove(): Promise<void>
}

const bus: Program = { name: 'dbus-daemon', debianPackage: 'dbus' }
const call: Program = { name: 'dbus-send', debianPackage: 'dbus' }
const keychain: Program = { name: 'gnome-keyring-daemon', debianPackage: 'gnome-keyring' }

export const secretServicePrograms: readonly Program[] = [bus, call, keychain]

const name = 'org.freedesktop.secrets'

/** Starts a message bus and a Secret Service with one collection, unlocked. */
export async function startSecretService(): Promise<SecretService> {
  const folder = await mkdtemp(join(tmpdir(), 'grantkit-keychain-'))
  await chmod(folder, 0o700)
  const address = `unix:path=${join(folder, 'bus')}`
  const environment = {
    DBUS_SESSION_BUS_ADDRESS: address,
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    XDG_DATA_HOME: folder,
  }
  const env = { ...process.env, ...environment }
  const busServer = await startChildServer({
    program: bus,
    args: ['--session', '--nofork', '--nopidfile', '--print-address', `--address=${address}`],
    ready: 'unix:path=',
    env,
  })
  const send = (...args: string[]): Promise<string> => sendMessage(['--session', '--print-reply', ...args], env)
  let server = await startKeychain(env, send)
  return {
    environment,
    async lock() {
      const interfaceName = 'org.freedesktop.Secret.Service'
      const everything = 'array:objpath:/org/freedesktop/secrets/collection/login'
      await send(`--dest=${name}`, '/org/freedesktop/secrets', `${interfaceName}.Lock`, everything)
    },
    signal: (who, signal) => void process.kill(who === 'bus' ? busServer.pid : server.pid, signal),
    async restart() {
      await server.stop('SIGTERM')
      server = await startKeychain(env, send)
    },
    async remove() {
      await server.stop('SIGKILL')
      await busServer.stop('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

type Send = (...args: string[]) => Promise<string>

// An empty password, which unlocks, or begins, the collection called "login".
async function startKeychain(env: NodeJS.ProcessEnv, send: Send): Promise<ChildServer> {
  const args = ['--foreground', '--unlock', '--components=secrets']
  const server = await startChildServer({ program: keychain, args, input: '\n', env })
  // It says nothing when it is ready; the bus knows.
  const question = ['--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner', `string:${name}`]
  while (!(await send(...question)).includes('boolean true'));
  return server
}

async function sendMessage(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const path = findProgram(call)
  if (path === undefined) throw new Error(`${call.name} is not installed.`)
  const { stdout } = await promisify(execFile)(path, args, { env })
  return stdout
}
