import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'sandbox-main-'))
afterAll(() => rmSync(folder, { recursive: true }))

function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  return { child, output, ended: once(child, 'exit').then(([code]) => code as number | null) }
}

async function startListening(args: readonly string[]) {
  const started = start([...args, '--port', '0'], { NO_COLOR: '1' })
  while (!started.output.stdout.includes('Ctrl+C')) await once(started.child.stdout, 'data')
  const origin = /Control\s+(\S+)\/__sandbox\//.exec(started.output.stdout)?.[1] ?? ''
  return { ...started, origin }
}

describe('the command', () => {
  test('prints where everything is, what to try, and ends on a signal', async () => {
    const { child, output, origin, ended } = await startListening(['--seed', 'x'])
    expect(output.stdout).toContain('GoTo, Google, and Carthooks, played on this computer')
    for (const client of ['sandbox-client', 'sandbox-google-web', 'sandbox-google-desktop', 'dvc-sandbox']) {
      expect(output.stdout).toContain(`${client}, secret `)
    }
    expect(output.stdout).not.toContain('\u001B')
    const shown = [...output.stdout.matchAll(/Sign in\s+(\S+)/g)].map(([, address = '']) => address)
    expect(shown).toHaveLength(2)
    for (const address of shown) expect((await fetch(address)).status).toBe(200)
    expect(await (await fetch(`${origin}/__sandbox/ledger/summary`)).json()).toMatchObject({ calls: 2 })
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(output.stderr).toBe('')
  })

  test('plays only the vendors that are named, with the faults that were ordered', async () => {
    const { child, output, origin, ended } = await startListening(['carthooks', '--fault', 'server_error kind=token'])
    expect(output.stdout).not.toContain('Google')
    const [, path = '', form = ''] = /Try\s+curl -s http:\/\/[^/]+(\S+) (.*)/.exec(output.stdout) ?? []
    const body = new URLSearchParams(form.replaceAll('-d ', '').split(' ').join('&'))
    const statuses = [1, 2].map(async () => (await fetch(origin + path, { method: 'POST', body })).status)
    expect((await Promise.all(statuses)).toSorted()).toEqual([200, 503])
    expect((await fetch(`${origin}/.well-known/openid-configuration`)).status).toBe(404)
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  })

  test('goes on where its state file ended, also after it was killed', async () => {
    const state = join(folder, 'state.json')
    const first = await startListening(['--state', state, '--seed', 'kept'])
    const add = { method: 'POST', body: '{"count":2}' }
    const added = (await (await fetch(`${first.origin}/__sandbox/voice/addExtensions`, add)).json()) as object
    // Until it is written.
    while (!readState(state).includes('more extensions')) await new Promise((resolve) => setTimeout(resolve, 20))
    first.child.kill('SIGKILL')
    await first.ended

    const second = await startListening(['--state', state])
    const snapshot = await (await fetch(`${second.origin}/__sandbox/voice/snapshot`)).json()
    expect(JSON.stringify(snapshot)).toContain((added as { ids: string[] }).ids[1])

    const third = start(['--state', state, '--port', '0'])
    expect(await third.ended).toBe(2)
    expect(third.output.stderr).toContain(`Process ${second.child.pid} works on this state.`)
    // As when its terminal is closed.
    second.child.kill('SIGHUP')
    expect(await second.ended).toBe(0)
    expect(existsSync(`${state}.lock`)).toBe(false)
  })
})

function readState(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

describe('exec', () => {
  const print = 'console.log(JSON.stringify(process.env))'

  test('runs a command that finds the sandbox, and ends with its exit code', async () => {
    const script = `fetch(process.env.GRANTKIT_SANDBOX + '/.well-known/oauth-authorization-server')
      .then((response) => process.exit(response.status === 200 ? 7 : 1))`
    expect(await start(['exec', '--', process.execPath, '-e', script]).ended).toBe(7)
  })

  test('sets the variables of the vendors that are played, and nothing a real token would be sent by', async () => {
    const { output, ended } = start(['exec', '--', process.execPath, '-e', print], { CARTHOOKS_ACCESS_TOKEN: 'real' })
    expect(await ended).toBe(0)
    const env = JSON.parse(output.stdout) as Record<string, string>
    expect(env).toMatchObject({
      GRANTKIT_SANDBOX: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      GOTO_CLIENT_ID: 'sandbox-client',
      GOTO_CLIENT_SECRET: 'sandbox-secret',
      GOTO_REDIRECT_URI: 'http://localhost:8080/callback',
      GOOGLE_CLIENT_ID: 'sandbox-google-desktop',
      GOOGLE_CLIENT_SECRET: 'sandbox-google-secret',
      CARTHOOKS_CLIENT_ID: 'dvc-sandbox',
      CARTHOOKS_CLIENT_SECRET: 'dvs-sandbox',
      CARTHOOKS_API_URL: env.GRANTKIT_SANDBOX,
      CARTHOOKS_ACCESS_TOKEN: '',
    })
    const only = start(['exec', 'google', '--', process.execPath, '-e', print])
    await only.ended
    const googleOnly = JSON.parse(only.output.stdout) as Record<string, string>
    expect([googleOnly.GOOGLE_CLIENT_ID, googleOnly.GOTO_CLIENT_ID]).toEqual(['sandbox-google-desktop', undefined])
  })

  test('passes signals on, and ends as the command did', async () => {
    const waits = `process.on('SIGTERM', () => process.exit(5)); console.log('ready'); setInterval(() => {}, 1000)`
    const polite = start(['exec', '--', process.execPath, '-e', waits])
    while (!polite.output.stdout.includes('ready')) await once(polite.child.stdout, 'data')
    polite.child.kill('SIGTERM')
    expect(await polite.ended).toBe(5)

    const interrupted = start([
      'exec',
      '--',
      process.execPath,
      '-e',
      `console.log(process.pid); setInterval(() => {}, 1000)`,
    ])
    while (!interrupted.output.stdout.includes('\n')) await once(interrupted.child.stdout, 'data')
    interrupted.child.kill('SIGINT')
    expect(await interrupted.ended).toBe(130)
    // Nobody is left behind.
    expect(() => process.kill(Number(interrupted.output.stdout), 0)).toThrow(/ESRCH/)

    const dies = `console.log('ready'); setInterval(() => {}, 1000)`
    const killed = start(['exec', '--', process.execPath, '-e', dies])
    while (!killed.output.stdout.includes('ready')) await once(killed.child.stdout, 'data')
    killed.child.kill('SIGHUP')
    expect(await killed.ended).toBe(129)
  })

  test('says so where there is no such command', async () => {
    const { output, ended } = start(['exec', '--', join(folder, 'nothing-here')])
    expect(await ended).toBe(127)
    expect(output.stderr).toContain('cannot be run')
  })
})

describe('a mistake ends with 2 and says what to do:', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown vendor', ['gogle'], /Unknown vendor "gogle"\. Known: goto, google, carthooks\./],
    ['an address that is not loopback', ['--host', '0.0.0.0'], /127\.0\.0\.1 only.*--expose/],
    ['a fault that fits nothing', ['--fault', 'lost operation=listEvent'], /No operation "listEvent" here/],
    ['a fault of another vendor', ['goto', '--fault', 'lost operation=listEvents'], /No operation "listEvents" here/],
    ['a state that cannot be', ['--state', '/'], /The state file \/ cannot be used/],
  ])('%s', async (_, args, message) => {
    const { output, ended } = start([...args, '--port', '0'])
    expect(await ended).toBe(2)
    expect(output.stderr).toMatch(message)
    expect(output.stdout).toBe('')
  })

  test('a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { output, ended } = start(['--port', String((taken.address() as AddressInfo).port)])
    expect(await ended).toBe(2)
    expect(output.stderr).toMatch(/Port \d+ is in use\. Choose another one/)
    taken.close()
  })
})
