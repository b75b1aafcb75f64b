// `pnpm gateway:soak [seconds]`: 50 callers do everything that a caller does, for a minute, and the memory of the gateway
// has to stay where it was. Ends with 1 if it did not, or if anything was answered that should not have been.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const seconds = Number(process.argv[2] ?? 60)
const callers = 50
/** What it may grow by once it is warm. With so little room for what is garbage, what grows is what is kept. */
const growthMb = 32
const heapMb = 64
const main = new URL('../src/main.ts', import.meta.url).pathname
const nodeArgs = ['--conditions=@grantkit/source', main]
const run = promisify(execFile)

const large = Buffer.alloc(1024 * 1024, 'x')
const tokens = JSON.stringify({ access_token: 'a', token_type: 'Bearer', expires_in: 3600, refresh_token: 'r2' })

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume().once('end', () => {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/oauth/token') response.end(tokens)
    else if (request.url?.includes('/locations') === true) response.end(large)
    else if (request.url?.includes('/devices') === true) response.write('{"items":[')
    else response.end('{"items":[]}')
  })
}

const vendor = createServer(answer).listen(0, '127.0.0.1')
await once(vendor, 'listening')
const folder = mkdtempSync(join(tmpdir(), 'grantkit-soak-'))
const env = {
  ...process.env,
  GATEWAY_DATA_DIR: folder,
  GATEWAY_PORT: '0',
  GATEWAY_REQUESTS_PER_SECOND: '1000000',
  GATEWAY_SESSION_REQUESTS_PER_SECOND: '1000000',
  GRANTKIT_SANDBOX: `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`,
}
const made = await run(process.execPath, [...nodeArgs, 'operator-key', '--json'], { env })
const { api_key: key } = JSON.parse(made.stdout) as { api_key: string }
// What breaks off because its caller has left is told on standard error.
const gateway = spawn(process.execPath, [`--max-old-space-size=${heapMb}`, ...nodeArgs], {
  env,
  stdio: ['ignore', 'pipe', 'ignore'],
})
const [line] = (await once(createInterface(gateway.stdout), 'line')) as [string]
gateway.stdout.resume()
const { origin } = JSON.parse(line) as { origin: string }

const call = (method: string, path: string, token: string, json?: unknown, signal?: AbortSignal): Promise<Response> =>
  fetch(origin + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(signal === undefined ? {} : { signal }),
  })
const unexpected = new Map<string, number>()
let answered = 0

async function expectStatus(
  status: number,
  method: string,
  path: string,
  token: string,
  json?: unknown,
): Promise<string> {
  const response = await call(method, path, token, json)
  const text = await response.text()
  answered += 1
  const what = `${method} ${path}: ${response.status}`
  if (response.status !== status) unexpected.set(what, (unexpected.get(what) ?? 0) + 1)
  return text
}

/** Begins to read what never ends, and goes. */
async function leave(token: string): Promise<void> {
  const leaving = new AbortController()
  const response = await call('GET', '/voice-proxy/devices', token, undefined, leaving.signal)
  await response.body?.getReader().read()
  leaving.abort()
}

async function work(untilMs: number): Promise<void> {
  while (performance.now() < untilMs) {
    const started = await expectStatus(200, 'POST', '/auth/connect', key, { tenant: 'acme', app: 'goto' })
    const { session_id: token } = (JSON.parse(started) as { data: { session_id: string } }).data
    for (let count = 0; count < 20; count += 1) await expectStatus(200, 'GET', '/call-queues', token)
    await expectStatus(200, 'POST', '/voice-proxy/extensions', token, { name: 'x'.repeat(10_000) })
    await expectStatus(200, 'GET', '/voice-proxy/locations', token)
    await expectStatus(400, 'GET', '/voice-proxy/a%2Fb', token)
    await leave(token)
    await expectStatus(200, 'POST', '/auth/disconnect', token, {})
    await expectStatus(401, 'GET', '/call-queues', token)
  }
}

async function memoryMb(): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(gateway.pid)])
  return Math.round(Number(stdout) / 1024)
}

try {
  await expectStatus(200, 'PUT', '/tenants/acme', key, {})
  const client = { provider: 'goto', client_id: 'c', client_secret: 's', account_key: '1' }
  await expectStatus(200, 'PUT', '/tenants/acme/apps/goto', key, client)
  await expectStatus(200, 'PUT', '/tenants/acme/apps/goto/grant', key, { refresh_token: 'r1' })
  const startMs = performance.now()
  const working = Promise.all(Array.from({ length: callers }, () => work(startMs + seconds * 1000)))
  const samples: number[] = []
  for (let part = 1; part <= 12; part += 1) {
    const untilMs = startMs + (part * seconds * 1000) / 12
    await new Promise((resolve) => setTimeout(resolve, untilMs - performance.now()))
    samples.push(await memoryMb())
    console.log(`${Math.round((part * seconds) / 12)} s: ${answered} answered, ${samples.at(-1)} MB`)
  }
  await working
  // The first third warms up; the rest has to be flat.
  const warm = Math.max(...samples.slice(0, 4))
  const grown = Math.max(...samples.slice(-4)) - warm
  for (const [what, count] of unexpected) console.log(`unexpected: ${what}, ${count} times`)
  const isGood = grown <= growthMb && unexpected.size === 0
  console.log(
    `${isGood ? 'ok' : 'FAILED'}: ${answered} answered, grown by ${grown} MB of ${growthMb} since it was warm`,
  )
  process.exitCode = isGood ? 0 : 1
} finally {
  gateway.kill('SIGKILL')
  vendor.closeAllConnections()
  vendor.close()
  rmSync(folder, { recursive: true, force: true })
}
