import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '@grantkit/auth-core'
import { createSandbox } from '@grantkit/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../src/create-app.ts'
import { readEnvironment } from '../src/env.ts'
import { readKeyRing } from '../src/key-ring.ts'
import { openStore } from '../src/open-store.ts'
import { run } from '../src/run.ts'
import { serve, type Serving } from '../src/serve.ts'

let folder: string
let env: Record<string, string>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'))
  env = { GATEWAY_DATA_DIR: folder, GOTO_CLIENT_ID: 'sandbox-client', GOTO_CLIENT_SECRET: 'canary-client-secret' }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function call(
  ...args: string[]
): Promise<{ code: number; out: string; err: string; json: () => Record<string, unknown> }> {
  let [out, err] = ['', '']
  const code = await run({
    args,
    env,
    print: (text) => void (out += `${text}\n`),
    warn: (text) => void (err += `${text}\n`),
    colors: false,
    ended: Promise.resolve(),
  })
  return { code, out, err, json: () => JSON.parse(out) as Record<string, unknown> }
}

/** A gateway on the store of the commands. */
async function startGateway(): Promise<Serving> {
  const { settings, keys, storeUrl } = readEnvironment(env)
  const { store, close } = await openStore(storeUrl, readKeyRing(keys).keys)
  const sandbox = createSandbox()
  const app = createApp({
    store,
    clock: systemClock,
    fetch: (input, init) => sandbox.fetch(input as Request, init),
    settings,
  })
  const serving = await serve(app, { host: '127.0.0.1', port: 0 })
  const end = serving.close
  return {
    ...serving,
    async close() {
      await end({ drainMs: 0 })
      await app.close()
      await close()
    },
  }
}

describe('the commands', () => {
  it('make what a first request needs, and say once that a key was made', async () => {
    const seeded = await call('seed', '--tenant', 'acme', '--app', 'goto', '--account-key', '1', '--json')
    expect(seeded.code).toBe(0)
    expect(seeded.err).toContain(join(folder, 'keys'))
    expect(seeded.json()).toEqual({
      tenant: 'acme',
      app: 'goto',
      provider: 'goto',
      api_key: expect.stringMatching(/^gk_/),
    })
    const again = await call('operator-key', '--name', 'ops', '--json')
    expect([again.code, again.err]).toEqual([0, ''])
    expect(again.json()).toMatchObject({ name: 'ops', api_key: expect.stringMatching(/^gk_/) })
  })

  it('leave nothing readable in the file of the store', async () => {
    const { out } = await call('seed', '--tenant', 'acme', '--app', 'goto')
    const file = ['gateway.sqlite', 'gateway.sqlite-wal'].map((name) => {
      try {
        return readFileSync(join(folder, name)).toString('latin1')
      } catch {
        return ''
      }
    })
    const everything = file.join('')
    expect(everything).toContain('app/acme/goto')
    expect(everything).not.toContain('canary-client-secret')
    expect(everything).not.toContain(out.match(/gk_\w{12}_([\w-]+)/)?.[1])
  })

  it('walk through a session, verify the document and find everything well', async () => {
    const seeded = await call('seed', '--tenant', 'acme', '--app', 'goto', '--json')
    const serving = await startGateway()
    env = { ...env, GATEWAY_PUBLIC_URL: serving.origin, GATEWAY_API_KEY: String(seeded.json()['api_key']) }
    try {
      const walked = await call('session', 'test', '--tenant', 'acme', '--app', 'goto')
      expect(walked.out).not.toContain('FAIL')
      expect(walked.out.match(/^ok/gm)).toHaveLength(8)
      const verified = await call('verify', '--json')
      expect([verified.code, verified.json()]).toMatchObject([0, { missing: [], unserved: [] }])
      const { code, out } = await call('doctor')
      expect([code, out.match(/^ok/gm)?.length]).toEqual([0, 4])
      expect(out).toContain('it answers; tenants: 1; sealed with k1')
    } finally {
      await serving.close()
    }
    const alone = await call('doctor', '--json')
    expect(alone.code).toBe(1)
    expect((alone.json() as { checks: { check: string; ok: boolean }[] }).checks.filter(({ ok }) => !ok)).toEqual([
      {
        check: 'gateway',
        ok: false,
        says: expect.stringMatching(/^nobody answers at http/),
        advice: 'Start it, or name where it is: GATEWAY_PUBLIC_URL.',
      },
    ])
    expect((await call('verify')).code).toBe(1)
  })

  it('paint what they found where that can be seen, and say who else can read the keys', async () => {
    await call('seed', '--tenant', 'acme', '--app', 'goto')
    chmodSync(join(folder, 'keys'), 0o644)
    let out = ''
    const print = (text: string): void => void (out += `${text}\n`)
    const ignore = (): void => undefined
    const code = await run({ args: ['doctor'], env, colors: true, print, warn: ignore, ended: Promise.resolve() })
    expect(code).toBe(1)
    expect(out).toContain('\u001b[32mok  \u001b[39m store: ')
    expect(out).toContain(`\u001b[31mFAIL\u001b[39m keys: others can read ${join(folder, 'keys')}`)
    expect(out).toContain('chmod 600')
  })

  it('rotate the keys, and fail loudly with a ring that misses one', async () => {
    await call('seed', '--tenant', 'acme', '--app', 'goto')
    const old = readFileSync(join(folder, 'keys'), 'utf8').trim()
    const fresh = `k2:${Buffer.alloc(32, 9).toString('base64')}`
    env = { ...env, GATEWAY_KEYS: fresh }
    const blind = await call('keys', 'rotate')
    expect([blind.code, blind.err]).toEqual([1, expect.stringContaining('"k1"')])
    expect((await call('doctor')).out).toContain('FAIL store')
    const seeded = await call('seed', '--tenant', 'other', '--app', 'goto')
    expect([seeded.code, seeded.err]).toEqual([1, expect.stringContaining('"k1"')])
    env = { ...env, GATEWAY_KEYS: `${fresh},${old}` }
    const rotated = await call('keys', 'rotate', '--json')
    expect([rotated.code, rotated.json()]).toEqual([0, { total: 8, resealed: 8, failed: 0, keys_in_use: { k2: 8 } }])
    env = { ...env, GATEWAY_KEYS: fresh }
    expect((await call('seed', '--tenant', 'acme', '--app', 'goto')).code).toBe(0)
  })

  it('write down what they do, export it, and find out who changed it and where', async () => {
    await call('seed', '--tenant', 'acme', '--app', 'goto')
    await call('operator-key')
    await call('keys', 'rotate')
    const events = (await call('audit', 'export', '--tenant', 'acme')).out.trim().split('\n')
    expect(events.map((line) => (JSON.parse(line) as { action: string }).action)).toEqual([
      'tenant_written',
      'app_written',
      'key_made',
    ])
    expect((await call('audit', 'export')).out).toMatch(/key_made[\s\S]*keys_rotated/)
    const fine = await call('audit', 'verify', '--json')
    expect([fine.code, fine.json()]).toMatchObject([
      0,
      {
        chains: [
          { chain: 'gateway', faults: [] },
          { entries: 3, faults: [] },
        ],
      },
    ])
    const anchor = (fine.json() as { chains: { anchor: string }[] }).chains[1]?.anchor ?? ''
    const verify = ['audit', 'verify', '--tenant', 'acme', '--anchor']
    expect((await call(...verify, anchor)).code).toBe(0)
    expect((await call(...verify, `3:${'0'.repeat(64)}`)).out).toContain('entry 3: not_anchored')

    const change = (statement: string): void => {
      using database = new DatabaseSync(join(folder, 'gateway.sqlite'))
      database.exec(statement)
    }
    const row = (seq: number): string => `CAST('audit/tenant/acme/000000000${seq}' AS BLOB)`
    change(`UPDATE entry SET value = (SELECT value FROM entry WHERE key = ${row(1)}) WHERE key = ${row(2)}`)
    const swapped = await call('audit', 'verify')
    expect([swapped.code, swapped.out]).toEqual([1, expect.stringContaining('entry 2: unreadable')])
    change(`DELETE FROM entry WHERE key = ${row(3)}`)
    expect((await call('audit', 'verify')).out).toContain('entry 3: missing')
    expect((await call('audit', 'export', '--tenant', 'acme')).code).toBe(1)
    expect((await call('audit', 'forget')).code).toBe(2)
  })

  it("import the first gateway's .env, twice without harm", async () => {
    const file = join(folder, 'first.env')
    writeFileSync(
      file,
      'CLIENT_ID=c\nCLIENT_SECRET="s"\nVOICE_REFRESH_TOKEN="canary-refresh"\nACCESS_TOKEN=x\nACCOUNT_KEY=7\n',
    )
    const wanted = { tenant: 'acme', app: 'goto', provider: 'goto', connected: true }
    for (const _ of [1, 2]) {
      const { code, out, json } = await call('import-env', file, '--tenant', 'acme', '--app', 'goto', '--json')
      expect([code, json()]).toEqual([0, wanted])
      expect(out).not.toContain('canary')
    }
    const missing = await call('import-env', join(folder, 'none'), '--tenant', 'acme', '--app', 'goto')
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('ENOENT')])
  })

  it.each([
    [['nonsense']],
    [['seed']],
    [['seed', '--tenant', '../x', '--app', 'goto']],
    [['seed', '--tenant', 'a', '--app', 'b']],
    [['seed', '--nonsense']],
    [['keys']],
    [['session', 'test']],
    [['import-env']],
    [['import-redis', 'http://127.0.0.1']],
  ])('explain %j', async (args) => {
    const { code, err } = await call(...args)
    expect([code, err]).toEqual([2, expect.stringContaining('Usage')])
  })

  it('name each other when asked', async () => {
    const { code, out } = await call('--help')
    expect(code).toBe(0)
    for (const name of [
      'serve',
      'seed',
      'operator-key',
      'import-env',
      'import-redis',
      'keys',
      'verify',
      'session',
      'doctor',
    ]) {
      expect(out).toContain(`  ${name} `)
    }
  })
})
