// `pnpm claims:deep`: 64 claimers in 4 processes want the same claim, again and again; one of them may get it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { postgresSchema } from '@grantkit/auth-core/stores/postgres'
import { claimRounds } from './claim-races.ts'
import type { StoreSpec } from './open-store.ts'
import { createPool } from './postgres-clients.ts'
import { startPostgres } from './postgres-server.ts'
import { startRedis } from './redis-server.ts'

interface Race {
  /** One for each client that takes part. */
  readonly specs: readonly StoreSpec[]
  close(): Promise<void>
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '10000' }, only: { type: 'string', default: '' } },
})
const rounds = Number(values.rounds)
/** Small enough for a sign of life every few seconds. */
const portion = 500

const races: Readonly<Record<string, () => Promise<Race>>> = { redis: onRedis, postgres: onPostgres, file: onFiles }
let isFine = true
for (const [name, open] of Object.entries(races)) {
  if (!name.includes(values.only)) continue
  const race = await open()
  try {
    isFine = (await play(name, race)) && isFine
  } finally {
    await race.close()
  }
}
process.exitCode = isFine ? 0 : 1

async function play(name: string, { specs }: Race): Promise<boolean> {
  const startMs = performance.now()
  const winners: number[] = []
  while (winners.length < rounds) {
    const next = Math.min(portion, rounds - winners.length)
    winners.push(...(await claimRounds(specs, { rounds: next, broken: false })))
    console.error(`${name}: ${winners.length} of ${rounds} rounds`)
  }
  const fair = winners.filter((count) => count === 1).length
  const seconds = Math.round((performance.now() - startMs) / 1000)
  console.log(`${name}: ${rounds} rounds of 64 claimers, ${fair} with one winner, ${seconds} s`)
  return fair === rounds
}

async function onRedis(): Promise<Race> {
  const { port, remove } = await startRedis()
  const specs = ['ioredis', 'node-redis'].map((client): StoreSpec => ({ kind: 'redis', client, port }))
  return { specs, close: remove }
}

async function onPostgres(): Promise<Race> {
  const server = await startPostgres({ max_connections: '200' })
  const address = { port: server.port, max: 16 }
  const pool = createPool(address)
  await pool.query(postgresSchema())
  await pool.end()
  const specs = ['pg', 'postgres.js'].map((client): StoreSpec => ({ kind: 'postgres', client, address }))
  return { specs, close: () => server.remove() }
}

async function onFiles(): Promise<Race> {
  const folder = await mkdtemp(join(tmpdir(), 'grantkit-claims-'))
  return { specs: [{ kind: 'file', folder: join(folder, 'grants') }], close: () => rm(folder, { recursive: true }) }
}
