import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { PlayedServer } from './played-server.ts'

const main = join(dirname(fileURLToPath(import.meta.resolve('@grantkit/gateway/package.json'))), 'dist', 'main.js')

export interface StartedGateway extends PlayedServer {
  stop(): Promise<void>
}

/** Starts the gateway as its users do, in front of an API, with a session that is ready to be used. */
export async function startGateway(api: string): Promise<StartedGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'grantkit-bench-gateway-'))
  const env = {
    ...process.env,
    GATEWAY_DATA_DIR: folder,
    GATEWAY_PORT: '0',
    GATEWAY_REQUESTS_PER_SECOND: '1000000',
    GATEWAY_SESSION_REQUESTS_PER_SECOND: '1000000',
    GRANTKIT_SANDBOX: api,
  }
  const { stdout } = await promisify(execFile)(process.execPath, [main, 'operator-key', '--json'], { env })
  const { api_key: key } = JSON.parse(stdout) as { api_key: string }
  const gateway = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(gateway.stdout), 'line')) as [string]
  // Its log goes where logs go: away from it.
  gateway.stdout.resume()
  const { origin } = JSON.parse(line) as { origin: string }
  const call = async (method: string, at: string, json: unknown): Promise<Response> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const response = await fetch(origin + at, { method, headers, body: JSON.stringify(json) })
    if (!response.ok) throw new Error(await response.text())
    return response
  }
  await call('PUT', '/tenants/acme', {})
  await call('PUT', '/tenants/acme/apps/goto', { provider: 'goto', client_id: 'bench', client_secret: 'bench-secret' })
  await call('PUT', '/tenants/acme/apps/goto/grant', { refresh_token: 'first' })
  const made = await call('POST', '/auth/connect', { tenant: 'acme', app: 'goto' })
  const { data } = (await made.json()) as { data: { session_id: string } }
  return {
    url: `${origin}/voice-proxy/call-queues?accountKey=1234567890`,
    token: data.session_id,
    async stop() {
      gateway.kill('SIGKILL')
      await once(gateway, 'close')
      await rm(folder, { recursive: true })
    },
  }
}
