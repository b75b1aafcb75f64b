import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { startChildServer, type ChildServer } from './child-server.ts'
import { freePort } from './free-port.ts'

const main = join(dirname(fileURLToPath(import.meta.resolve('@grantkit/gateway/package.json'))), 'src', 'main.ts')
/** One ring for all fleets of a test run: they may meet what an earlier one left in the store. */
export const fleetKeys = `k1:${randomBytes(32).toString('base64')}`
const nodeArgs = ['--conditions=@grantkit/source', main]

/** Gateways in processes of their own, on one store. */
export interface GatewayFleet {
  readonly origins: readonly string[]
  readonly operator: string
  /** Runs a command on the store of the fleet and gives what it printed as JSON. */
  command(...args: string[]): Promise<Record<string, unknown>>
  /** Seals the store anew with the first key of another ring. */
  rotateTo(keys: string): Promise<Record<string, unknown>>
  call(gateway: number, method: string, path: string, options?: { token?: string; json?: unknown }): Promise<Response>
  /** Ends one gateway and waits until its process is gone. */
  end(gateway: number, signal: NodeJS.Signals): Promise<void>
  stop(): Promise<void>
}

/** What is different about one gateway of a fleet. */
export interface GatewayTraits {
  /** The key ring, where it is not that of the fleet. */
  readonly keys?: string
  /** How far the clock of the machine is off. */
  readonly clockOffMs?: number
}

export interface FleetOptions {
  readonly store: string
  readonly sandbox: string
  readonly count: number
  /** Of one tenant; so many by default that no test meets it. */
  readonly requestsPerSecond?: number
  readonly traits?: Readonly<Record<number, GatewayTraits>>
}

export async function startGateways({
  store,
  sandbox,
  count,
  requestsPerSecond = 1_000_000,
  traits = {},
}: FleetOptions): Promise<GatewayFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'grantkit-gateways-'))
  const shared = {
    ...process.env,
    GATEWAY_STORE: store,
    GATEWAY_KEYS: fleetKeys,
    GATEWAY_DATA_DIR: folder,
    GATEWAY_REQUESTS_PER_SECOND: String(requestsPerSecond),
    GATEWAY_SESSION_REQUESTS_PER_SECOND: String(requestsPerSecond),
    GRANTKIT_SANDBOX: sandbox,
    GOTO_CLIENT_ID: 'sandbox-client',
    GOTO_CLIENT_SECRET: 'sandbox-secret',
  }
  const run = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<Record<string, unknown>> => {
    const { stdout } = await promisify(execFile)(process.execPath, [...nodeArgs, ...args, '--json'], { env })
    return JSON.parse(stdout) as Record<string, unknown>
  }
  const command = (...args: string[]): Promise<Record<string, unknown>> => run(args, shared)
  const operator = String((await command('operator-key'))['api_key'])
  const gateways = await Promise.all(Array.from({ length: count }, (_, index) => startGateway(shared, traits[index])))
  const origins = gateways.map(({ origin }) => origin)

  return {
    origins,
    operator,
    command,
    rotateTo: (keys) => run(['keys', 'rotate'], { ...shared, GATEWAY_KEYS: keys }),
    call(gateway, method, path, { token, json } = {}) {
      return fetch(`${origins[gateway]}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      })
    },
    async end(gateway, signal) {
      await gateways[gateway]?.child.stop(signal)
    },
    async stop() {
      await Promise.all(gateways.map(({ child }) => child.stop('SIGKILL')))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startGateway(
  env: NodeJS.ProcessEnv,
  { keys, clockOffMs }: GatewayTraits = {},
): Promise<{ origin: string; child: ChildServer }> {
  const port = await freePort()
  const program = { name: 'node', debianPackage: 'nodejs', folders: [dirname(process.execPath)] }
  const child = await startChildServer({
    program,
    args: clockOffMs === undefined ? nodeArgs : ['--import', shiftedClock(clockOffMs), ...nodeArgs],
    env: {
      ...env,
      PATH: dirname(process.execPath),
      GATEWAY_PORT: String(port),
      ...(keys === undefined ? {} : { GATEWAY_KEYS: keys }),
    },
    ready: '"listening"',
  })
  return { origin: `http://127.0.0.1:${port}`, child }
}

/** A module that sets the clock of the process that loads it. */
function shiftedClock(offMs: number): string {
  return `data:text/javascript,const now = Date.now; Date.now = () => now() + ${offMs}`
}
