import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storeSuite } from '../../src/testing/store-suite.ts'
import { create } from '../../src/testing/store-suite/subject.ts'
import { onlyGroups } from './only-groups.ts'
import { openStore, type StoreKind } from './store-kinds.ts'
import { storm } from './storm.ts'
import { startStoreProcess, type StoreProcess } from './store-process.ts'

export interface ProcessSuiteOptions {
  readonly kind: StoreKind
  /** Whether a process that is stopped holds nobody up. */
  readonly stops: boolean
}

/** Defines the tests that every store on the disk has to pass with several processes. */
export function processSuite({ kind, stops }: ProcessSuiteOptions): void {
  describe('in several processes', () => severalProcesses(kind, stops))
  describe('with half of its users in another process', () => halfInAnother(kind))
}

const claims = 200

function severalProcesses(kind: StoreKind, stops: boolean): void {
  let folder = ''
  let path = ''
  const processes: StoreProcess[] = []
  /** Kept for the next test: starting them takes longer than what they do. */
  const startProcesses = (count: number): readonly StoreProcess[] => {
    while (processes.length < count) processes.push(startStoreProcess(kind))
    return processes.slice(0, count)
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'grantkit-processes-'))
    path = join(folder, 'grants')
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  afterAll(() => Promise.all(processes.map((each) => each.kill())))

  it(`lets one of 64 claimers in 4 processes win each of ${claims} claims`, { timeout: 120_000 }, async () => {
    const winners = await claimRounds(kind, { path, claimers: startProcesses(4), rounds: claims, broken: false })
    expect(winners).toEqual(Array.from({ length: claims }, () => 1))
  })

  it('would be seen to let several win, if it checked and wrote in two steps', { timeout: 60_000 }, async () => {
    const winners = await claimRounds(kind, { path, claimers: startProcesses(4), rounds: 3, broken: true })
    expect(Math.max(...winners)).toBeGreaterThan(1)
  })

  it('shows a settled write to the next read in another process', { timeout: 60_000 }, async () => {
    const [first, second] = startProcesses(2).map((each) => each.storeAt(path))
    let version: string | null = null
    for (let round = 0; round < 100; round++) {
      const [writer, reader] = round % 2 === 0 ? [first, second] : [second, first]
      const written = await writer?.write('k', `${round}`, { ifVersion: version })
      const read = await reader?.read('k')
      expect(read?.entry).toEqual({ value: `${round}`, ...(written as { version: string }) })
      version = read?.entry?.version ?? null
    }
  })

  it('is created once by 8 processes that open it at the same time', { timeout: 60_000 }, async () => {
    const openers = startProcesses(8)
    for (let round = 0; round < 10; round++) {
      const fresh = join(folder, `${round}`, 'grants')
      const outcomes = await Promise.all(
        openers.map((opener, at) => opener.run(fresh, [['write', `k${at}`, 'v', { ifVersion: null }]])),
      )
      expect(outcomes.flat()).toEqual(openers.map(() => ({ answer: { version: expect.any(String) } })))
      const [listed] = (await openers[0]?.run(fresh, [['list', 'k']])) ?? []
      expect(listed?.answer).toEqual({ keys: openers.map((_, at) => `k${at}`) })
      await Promise.all(openers.map((opener) => opener.perform({ do: 'close', path: fresh })))
    }
  })

  // Many more in storm-program.ts.
  const fate = stops ? 'killed and stopped' : 'killed'
  it(`loses no commit when 8 writers are ${fate} wherever they are`, { timeout: 120_000 }, async () => {
    const { lost, unexplained, ...count } = await storm({ kind, path, commits: 300, stops })
    expect({ lost, unexplained }).toEqual({ lost: 0, unexplained: 0 })
    expect(count.kills).toBeGreaterThan(8)
    expect(count.stops > 0).toBe(stops)
  })
}

interface ClaimRace {
  readonly path: string
  readonly claimers: readonly StoreProcess[]
  readonly rounds: number
  readonly broken: boolean
}

/** All 64 claimers know the same version when they claim. Gives the number of winners of each round. */
async function claimRounds(kind: StoreKind, { path, claimers, rounds, broken }: ClaimRace): Promise<number[]> {
  const store = openStore(kind, path)
  let ifVersion = await create(store, 'grant', 'active')
  const winners: number[] = []
  for (let round = 0; round < rounds; round++) {
    const outcomes = await Promise.all(
      claimers.map((claimer, at) => {
        const steps = Array.from(
          { length: 16 },
          (_, n) => ['write', 'grant', `${round}/${at}/${n}`, { ifVersion }] as const,
        )
        return claimer.run(path, steps, { broken })
      }),
    )
    const won = outcomes.flat().filter(({ answer }) => answer !== 'conflict')
    const { entry } = await store.read('grant')
    winners.push(won.length)
    // The entry is that of a winner.
    expect(won.map(({ answer }) => answer)).toContainEqual({ version: entry?.version })
    ifVersion = entry?.version ?? ''
  }
  await store.close?.()
  return winners
}

function halfInAnother(kind: StoreKind): void {
  const other = startStoreProcess(kind)
  afterAll(() => other.kill())

  storeSuite({
    // The other groups use one handle only.
    describe: onlyGroups(describe, 'races', 'sharing'),
    it,
    rounds: 50,
    createStore() {
      const shared = join(mkdtempSync(join(tmpdir(), 'grantkit-shared-')), 'grants')
      let store = openStore(kind, shared)
      return {
        store,
        open: () => other.storeAt(shared),
        async reopen() {
          await Promise.all([store.close?.(), other.perform({ do: 'close', path: shared })])
          store = openStore(kind, shared)
          return store
        },
        async close() {
          await Promise.all([store.close?.(), other.perform({ do: 'close', path: shared })])
          rmSync(join(shared, '..'), { recursive: true })
        },
      }
    },
  })
}
