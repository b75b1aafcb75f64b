import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../../src/store.ts'
import { createFileStore } from '../../src/stores/file.ts'
import { create } from '../../src/testing/store-suite/subject.ts'
import { createSteppedWriter, type SteppedWriter } from './stepped-writer.ts'
import type { Step } from './store-process.ts'

let folder = ''
let store: Store
const writers: SteppedWriter[] = []
const newWriter = (): SteppedWriter => {
  const writer = createSteppedWriter()
  writers.push(writer)
  return writer
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grantkit-steps-'))
  store = createFileStore({ folder })
})
afterEach(() => rmSync(folder, { recursive: true }))
afterAll(() => Promise.all(writers.map((writer) => writer.kill())))

interface Scene {
  /** What is stored when the writer begins; absent: nothing. */
  readonly before?: string
  readonly step: (version: string | null) => Step
  /** What is stored when its step was applied; absent: nothing. */
  readonly after?: string
}
const scenes: Record<string, Scene> = {
  'a write over an entry': {
    before: 'old',
    step: (ifVersion) => ['write', 'k', 'stepped', { ifVersion }],
    after: 'stepped',
  },
  'the making of an entry': { step: () => ['write', 'k', 'stepped', { ifVersion: null }], after: 'stepped' },
  'a removal': { before: 'old', step: (ifVersion) => ['remove', 'k', { ifVersion }] },
}
/** What others do while the writer is stopped, each on what it sees then. */
const meanwhile: Record<string, () => Promise<void>> = {
  look: async () => void (await store.read('k')),
  write: async () => {
    const { entry } = await store.read('k')
    await store.write('k', 'theirs', { ifVersion: entry?.version ?? null })
  },
  'write twice': async () => {
    for (const value of ['theirs 1', 'theirs 2']) {
      const { entry } = await store.read('k')
      await store.write('k', value, { ifVersion: entry?.version ?? null })
    }
  },
  remove: async () => {
    const { entry } = await store.read('k')
    await store.remove('k', { ifVersion: entry?.version ?? '' })
  },
  'remove and make anew': async () => {
    const { entry } = await store.read('k')
    await store.remove('k', { ifVersion: entry?.version ?? '' })
    await store.write('k', 'theirs', { ifVersion: null })
  },
}

const valueNow = async (): Promise<string | undefined> => (await store.read('k')).entry?.value
const begin = async ({ before }: Scene): Promise<string | null> =>
  before === undefined ? null : await create(store, 'k', before)
const clean = async (): Promise<void> => {
  const { entry } = await store.read('k')
  if (entry) await store.remove('k', { ifVersion: entry.version })
}
/** More than any step makes. */
const callsAtMost = 100

for (const [what, scene] of Object.entries(scenes)) {
  describe(`createFileStore, ${what}`, () => {
    for (const [others, act] of Object.entries(meanwhile)) {
      it(
        `stopped at every call while others ${others}, is applied once or not at all`,
        { timeout: 60_000 },
        async () => {
          const writer = newWriter()
          const stops: string[] = []
          for (let stopBefore = 1; stopBefore <= callsAtMost; stopBefore++) {
            await clean()
            const version = await begin(scene)
            const stopped = await writer.start({ folder, step: scene.step(version), stopBefore })
            if (stopped === undefined) break
            stops.push(stopped)
            const atStop = await valueNow()
            await act()
            const theirs = await valueNow()
            const { answer } = await writer.goOn()
            const at = `stopped before call ${stopBefore}, ${stopped}`
            // Either it was decided before the others came, or it is decided on what they left.
            const decided = atStop === scene.after
            if (answer === 'conflict') expect(decided, at).toBe(false)
            else expect(decided || theirs === scene.before || theirs === undefined, at).toBe(true)
            expect(await valueNow(), at).toBe(answer === 'conflict' || decided ? theirs : scene.after)
          }
          expect(stops.length).toBeGreaterThan(5)
          expect(stops).toContain(what === 'a removal' ? 'unlinkSync' : 'renameSync')
        },
      )
    }

    it(
      'killed at every call, is there as a whole or not at all, and holds nobody up',
      { timeout: 60_000 },
      async () => {
        let kills = 0
        for (let stopBefore = 1; stopBefore <= callsAtMost; stopBefore++) {
          await clean()
          const version = await begin(scene)
          const writer = newWriter()
          const stopped = await writer.start({ folder, step: scene.step(version), stopBefore })
          await writer.kill()
          if (stopped === undefined) break
          kills++
          const { entry } = await createFileStore({ folder }).read('k')
          expect([scene.before, scene.after]).toContain(entry?.value)
          expect(await store.list('')).toEqual({ keys: entry ? ['k'] : [] })
          const next = await store.write('k', 'next', { ifVersion: entry?.version ?? null })
          expect(next).toEqual({ version: expect.any(String) })
          expect(readdirSync(join(folder, 'key.k'))).toHaveLength(1)
        }
        expect(kills).toBeGreaterThan(5)
      },
    )
  })
}

describe('createFileStore, two writers', () => {
  // Where one decides or clears away, and looks before it does.
  const decisive = ['lstatSync', 'readdirSync', 'renameSync', 'unlinkSync']
  const [first, second] = [newWriter(), newWriter()]

  it(
    'stopped at every pair of calls, are applied one after the other or one of them only',
    { timeout: 60_000 },
    async () => {
      let pairs = 0
      for (let firstStop = 1; firstStop <= callsAtMost; firstStop++) {
        for (let secondStop = 1; secondStop <= callsAtMost; secondStop++) {
          await clean()
          const version = await create(store, 'k', 'old')
          const stopped = await first.start({
            folder,
            step: ['write', 'k', 'first', { ifVersion: version }],
            stopBefore: firstStop,
            at: decisive,
          })
          const { entry } = await store.read('k')
          const task = {
            folder,
            step: ['write', 'k', 'second', { ifVersion: entry?.version ?? '' }],
            at: decisive,
          } as const
          const secondStopped = await second.start({ ...task, stopBefore: secondStop })
          const answers = [(await first.goOn()).answer, (await second.goOn()).answer]
          const at = `first stopped before call ${firstStop}, ${stopped}, second before ${secondStop}, ${secondStopped}`
          const applied = answers.flatMap((answer, index) =>
            answer === 'conflict' ? [] : [['first', 'second'][index]],
          )
          // The second read before it wrote: if both were applied, it came last.
          expect(entry?.value === 'first' ? applied : applied.length, at).toEqual(
            entry?.value === 'first' ? ['first', 'second'] : 1,
          )
          expect(await valueNow(), at).toBe(applied.at(-1))
          expect(readdirSync(join(folder, 'key.k')), at).toHaveLength(1)
          pairs++
          if (secondStopped === undefined) break
          if (stopped === undefined) return void expect(pairs).toBeGreaterThan(50)
        }
      }
    },
  )
})

describe('createFileStore, what it syncs', () => {
  const callsOf = async (step: Step): Promise<readonly string[]> => {
    const writer = newWriter()
    await writer.start({ folder, step, stopBefore: 0, at: ['writeFileSync', 'fsync', 'renameSync', 'unlinkSync'] })
    return (await writer.goOn()).calls ?? []
  }

  it('syncs the bytes and their name before it decides, and the decision before it answers', async () => {
    const ifVersion = await create(store, 'k', 'old')
    expect(await callsOf(['write', 'k', 'new', { ifVersion }])).toEqual([
      'writeFileSync',
      'fsync',
      'fsync',
      'renameSync', // decides
      'renameSync',
      'fsync',
      'unlinkSync',
    ])
  })

  it('syncs an entry that it makes before it can be seen, and its name before it answers', async () => {
    const calls = ['writeFileSync', 'fsync', 'fsync', 'renameSync', 'fsync']
    expect(await callsOf(['write', 'k', 'new', { ifVersion: null }])).toEqual(calls)
  })

  it('syncs a removal before it answers', async () => {
    const ifVersion = await create(store, 'k', 'old')
    expect(await callsOf(['remove', 'k', { ifVersion }])).toEqual(['unlinkSync', 'fsync'])
  })
})
