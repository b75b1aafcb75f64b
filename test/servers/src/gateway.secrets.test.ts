import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findSecrets } from '@grantkit/auth-core/testing'
import { defaultClient } from '@grantkit/sandbox'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { openScene, type GatewayScene, type SceneTenant } from './gateway-scene.ts'
import { sharedStores, type SharedStore } from './gateway-stores.ts'
import { createPool } from './postgres-clients.ts'

interface Dump {
  /** The store of the gateways. */
  readonly url: string
  /** Everything in it, as a backup would have it. */
  backup(): Promise<string>
  /** Where its data, logs and journals lie. */
  readonly folder: string
}

const dumps: Readonly<Record<string, () => Promise<Dump>>> = {
  async sqlite() {
    const folder = mkdtempSync(join(tmpdir(), 'grantkit-dump-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const url = `sqlite:${join(folder, 'gateway.sqlite')}`
    return { url, folder, backup: async () => '' }
  },
  async redis() {
    const store = await startShared('redis')
    return { url: store.url(), folder: store.folder, backup: () => backupOfRedis(store.port) }
  },
  async postgres() {
    const store = await startShared('postgres')
    return { url: store.url(), folder: store.folder, backup: () => backupOfPostgres(store.port) }
  },
}

async function startShared(name: string): Promise<SharedStore> {
  const store = await sharedStores[name]!()
  onTestFinished(() => store.remove())
  return store
}

async function backupOfRedis(port: number): Promise<string> {
  const redis = new Redis(port)
  try {
    const entries = (await redis.keys('*')).map(async (key) => {
      const type = await redis.type(key)
      return `${key} ${JSON.stringify(type === 'hash' ? await redis.hgetall(key) : await redis.dump(key))}`
    })
    return (await Promise.all(entries)).join('\n')
  } finally {
    redis.disconnect()
  }
}

async function backupOfPostgres(port: number): Promise<string> {
  const pool = createPool({ port, max: 1 })
  try {
    const { rows } = await pool.query<{ line: string }>('select grantkit_entry::text as line from grantkit_entry')
    return rows.map(({ line }) => line).join('\n')
  } finally {
    await pool.end()
  }
}

/** What must be found nowhere, of a tenant whose app was used, refreshed and asked to connect. */
async function secretsOf(scene: GatewayScene, { id, key, session }: SceneTenant): Promise<Record<string, string>> {
  const ended = await scene.startSession({ id, key })
  await scene.fleet.call(0, 'POST', '/auth/disconnect', { token: ended })
  await scene.fleet.call(0, 'POST', `/tenants/${id}/providers/goto/refresh-token`, { token: key })
  const asked = await scene.fleet.call(0, 'POST', `/tenants/${id}/apps/goto/connect`, { token: key })
  const { connect_url: link } = (await asked.json()) as { connect_url: string }
  const begun = await fetch(link, { method: 'POST', redirect: 'manual' })
  const [cookie = ''] = begun.headers.getSetCookie()
  return {
    'client secret': defaultClient.secret ?? '',
    session: session.slice('gs_'.length),
    'ended session': ended.slice('gs_'.length),
    'API key': key.slice('gk_0123456789ab_'.length),
    "operator's key": scene.fleet.operator.slice('gk_0123456789ab_'.length),
    'connect link': link.slice(link.lastIndexOf('/') + 1),
    'browser of a visit': /=([\w-]{43})/.exec(cookie)?.[1] ?? '',
    ...issuedTokens(scene),
  }
}

/** Every token that the vendor has given out, the spent ones among them. */
function issuedTokens({ sandbox }: GatewayScene): Record<string, string> {
  const tokens = JSON.stringify(sandbox.snapshot()).matchAll(/"value":"([\w-]{43})"/g)
  return Object.fromEntries([...tokens].map(([, token = ''], index) => [`token ${index}`, token]))
}

/** All bytes of all files, without their empty space. */
function filesIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1').replaceAll(/\0+/g, '\0'))
    .join('\n')
}

test.each(Object.entries(dumps))(
  'neither a backup nor the files of %s hold anything that somebody could use',
  async (_, start) => {
    const { url, folder, backup } = await start()
    const scene = await openScene({ store: url, count: 1 })
    onTestFinished(() => scene.close())
    const tenant = await scene.addTenant()
    expect(await scene.statusOf(0, tenant.session)).toBe(200)
    const secrets = await secretsOf(scene, tenant)
    expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(11)
    const everything = `${await backup()}\n${filesIn(folder)}`
    expect(everything).toContain(`app/${tenant.id}/goto`)
    expect(findSecrets(everything, secrets)).toEqual([])
  },
)
