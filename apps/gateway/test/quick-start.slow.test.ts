import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { approveAuthorization, createSandbox, listen, type Sandbox } from '@grantkit/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = new URL('../src/main.ts', import.meta.url).pathname
const node = [process.execPath, '--conditions=@grantkit/source']
const started: ChildProcess[] = []
let folder: string
let port: number
let sandbox: Sandbox
let origin: string

/** The commands of the quick start, in order. The first two start the servers, which is done here. */
function commands(): readonly string[] {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const section = text.slice(text.indexOf('## Quick start'), text.indexOf('## Who may do what'))
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return free
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-quick-start-'))
  port = await freePort()
  const redirectUris = [`http://127.0.0.1:${port}/oauth/callback/goto`]
  sandbox = createSandbox({ clients: [{ id: 'sandbox-client', secret: 'sandbox-secret', redirectUris }] })
  origin = (await listen(sandbox)).origin
  const env = { ...process.env, GATEWAY_PORT: String(port), GATEWAY_DATA_DIR: folder, GRANTKIT_SANDBOX: origin }
  const gateway = spawn(node[0]!, [...node.slice(1), main], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(gateway)
  await once(createInterface(gateway.stdout), 'line')
})
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

/** Runs a script as a reader would, with the gateway of this checkout and a free port. */
async function shell(script: string): Promise<string> {
  const program = script
    .replaceAll('npx @grantkit/gateway', `${node.map((part) => `"${part}"`).join(' ')} "${main}"`)
    .replaceAll(':8078', `:${port}`)
  const env = { ...process.env, GATEWAY_DATA_DIR: folder }
  const child = spawn('bash', ['-euo', 'pipefail', '-c', program], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => (out += chunk))
  child.stderr.on('data', (chunk) => (err += chunk))
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`${code}\n${script}\n${err}\n${out}`)
  return out
}

describe('the quick start of the README', () => {
  it('works, line by line', async () => {
    const [sandboxLine, gatewayLine, seed, connect, use, ...others] = commands()
    expect(others).toEqual([])
    expect(sandboxLine).toBe('npx @grantkit/sandbox goto --port 4747\n')
    expect(gatewayLine).toBe('GRANTKIT_SANDBOX=http://127.0.0.1:4747 npx @grantkit/gateway\n')
    const link = await shell(`${seed}echo "$KEY" >"${folder}/key"\n${connect}`)

    // The person: opens the link, presses the button, signs in, comes back.
    const begun = await fetch(link.trim(), { method: 'POST', redirect: 'manual' })
    const callback = await approveAuthorization(fetch, begun.headers.get('location') ?? '')
    const cookie = begun.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    const page = await (await fetch(callback, { headers: { cookie } })).text()
    expect(page).toContain('GoTo is connected')

    const out = await shell(`KEY=$(cat "${folder}/key")\n${(use ?? '').replaceAll(/^(curl .*)$/gm, '$1; echo')}`)
    const [status, extensions, queues, ended] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(status).toMatchObject({ success: true, data: { voice_authenticated: true, tenant: 'acme' } })
    expect(extensions?.['items']).toHaveLength(9)
    expect(queues?.['items']).toHaveLength(9)
    expect(ended).toEqual({ success: true, message: 'Session ended' })

    const [gateway] = started
    gateway?.kill('SIGTERM')
    expect(await once(gateway!, 'exit')).toEqual([0, null])
  })
})
