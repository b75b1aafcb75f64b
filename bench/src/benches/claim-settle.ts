import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '@grantkit/auth-core'
import type { Bench } from '../bench.ts'
import { ours } from '../columns.ts'
import { asRatio, inGroups, median } from '../numbers.ts'
import type { OpenContender, RawStore } from '../stores/contender.ts'
import { openFile } from '../stores/file.ts'
import { openPostgres } from '../stores/postgres.ts'
import { captureRecords, type RefreshRecords } from '../stores/real-records.ts'
import { openRedis } from '../stores/redis.ts'
import { openSqlite } from '../stores/sqlite.ts'

const contenders: Readonly<Record<string, { open: OpenContender; goal?: string }>> = {
  redis: { open: openRedis, goal: '≥ 0.70×' },
  postgres: { open: openPostgres, goal: '≥ 0.70×' },
  sqlite: { open: openSqlite, goal: '≥ 0.70×' },
  file: { open: openFile },
}

const callers = 8

/** What a refresh writes: the claim and the settlement, next to two raw conditional writes of the same size. */
export const claimSettle: Bench = {
  name: 'claim-settle',
  measures: [
    ...Object.entries(contenders).map(([id, { goal }]) => ({
      id,
      text: `Claim + settle per second on ${id}, next to raw writes`,
      ...(goal === undefined ? {} : { goal }),
      columns: [ours],
    })),
    {
      id: 'redis, same calls',
      text: 'Claim + settle per second on redis, next to the same calls without the store',
      goal: '≥ 0.70×',
      columns: [ours],
    },
  ],
  async run({ quick, record, attempt }) {
    const records = await captureRecords()
    const size = quick ? { rounds: 1, roundMs: 10 } : { rounds: 15, roundMs: 150 }
    for (const [id, { open }] of Object.entries(contenders)) {
      await attempt(id, async () => {
        const { raw, same } = await races(open, records, size)
        record(id, ours, textOf(raw))
        if (same !== undefined) record(`${id}, same calls`, ours, textOf(same))
      })
    }
  },
}

interface Result {
  readonly ratio: number
  readonly perSecond: number
  readonly rawPerSecond: number
}

function textOf({ ratio, perSecond, rawPerSecond }: Result): string {
  return `${asRatio(ratio)} (${inGroups(perSecond)} of ${inGroups(rawPerSecond)})`
}

interface Size {
  readonly rounds: number
  readonly roundMs: number
}

async function races(
  open: OpenContender,
  records: RefreshRecords,
  size: Size,
): Promise<{ raw: Result; same: Result | undefined }> {
  const folder = await mkdtemp(join(tmpdir(), 'grantkit-bench-'))
  const { store, raw, same, close } = await open(folder)
  try {
    const settle = await startOurs(store, records)
    return {
      raw: await race(settle, await startRaw(raw, records, 'raw'), size),
      same: same && (await race(settle, await startRaw(same, records, 'same'), size)),
    }
  } finally {
    await close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function race(settleOurs: Transaction, settleRaw: Transaction, { rounds, roundMs }: Size): Promise<Result> {
  const results: { ours: number; raw: number }[] = []
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    results.push({ ours: await rateOf(settleOurs, roundMs), raw: await rateOf(settleRaw, roundMs) })
  }
  const counted = results.slice(1)
  return {
    ratio: median(counted.map((result) => result.ours / result.raw)),
    perSecond: median(counted.map((result) => result.ours)),
    rawPerSecond: median(counted.map((result) => result.raw)),
  }
}

/** Raw calls of two kinds must not meet in one entry. */
const keyOf = (caller: number, kind = 'ours'): string =>
  `grant/goto/https%3A%2F%2Fidentity.goto.com/bench-client/${kind}-${caller}`

/** Claims and settles the grant of one caller. */
type Transaction = (caller: number) => Promise<void>

async function rateOf(transact: Transaction, roundMs: number): Promise<number> {
  let done = 0
  const startMs = performance.now()
  const call = async (_: unknown, caller: number): Promise<void> => {
    while (performance.now() < startMs + roundMs) {
      await transact(caller)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return (done * 1000) / (performance.now() - startMs)
}

async function startOurs(store: Store, { claimed, settled }: RefreshRecords): Promise<Transaction> {
  const versions: (string | null)[] = Array.from({ length: callers }, () => null)
  const write = async (caller: number, value: string): Promise<void> => {
    const written = await store.write(keyOf(caller), value, {
      ifVersion: versions[caller] ?? null,
    })
    if (written === 'conflict') throw new Error('Nobody else writes here.')
    versions[caller] = written.version
  }
  await Promise.all(versions.map((_, caller) => write(caller, settled)))
  return async (caller) => {
    await write(caller, claimed)
    await write(caller, settled)
  }
}

async function startRaw(raw: RawStore, { claimed, settled }: RefreshRecords, kind: string): Promise<Transaction> {
  const versions = Array.from({ length: callers }, () => crypto.randomUUID())
  const write = async (caller: number, value: string): Promise<void> => {
    const version = crypto.randomUUID()
    const done = await raw.replace(keyOf(caller, kind), value, version, versions[caller] ?? '')
    if (!done) throw new Error('Nobody else writes here.')
    versions[caller] = version
  }
  await Promise.all(versions.map((version, caller) => raw.create(keyOf(caller, kind), settled, version)))
  return async (caller) => {
    await write(caller, claimed)
    await write(caller, settled)
  }
}
