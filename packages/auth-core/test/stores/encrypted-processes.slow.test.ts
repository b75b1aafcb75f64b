import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEncryptedStore } from '../../src/stores/encrypted.ts'
import { createFileStore } from '../../src/stores/file.ts'
import { createSqliteStore } from '../../src/stores/sqlite.ts'
import { findSecrets } from '../../src/testing/find-secrets.ts'
import { create } from '../../src/testing/store-suite/subject.ts'
import { openStore, testKeys, type StoreKind } from './store-kinds.ts'
import { startStoreProcess, type StoreProcess } from './store-process.ts'

let folder = ''
let path = ''
const processes: StoreProcess[] = []
const start = (kind: StoreKind): StoreProcess => {
  const started = startStoreProcess(kind)
  processes.push(started)
  return started
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grantkit-sealed-'))
  path = join(folder, 'grants')
})
afterEach(async () => {
  await Promise.all(processes.splice(0).map((each) => each.kill()))
  rmSync(folder, { recursive: true })
})

const innerOf = { 'encrypted sqlite': 'sqlite', 'encrypted file': 'file' } as const
const entries = 120
const counters = ['a', 'b', 'c']

describe.each(['encrypted sqlite', 'encrypted file'] as const)('createEncryptedStore, %s', (kind) => {
  it('is sealed anew while others write and the rotation is killed again and again', { timeout: 60_000 }, async () => {
    const inner = openStore(innerOf[kind], path)
    const before = createEncryptedStore({ store: inner, keys: { ...testKeys, current: 'k1' } })
    for (let index = 0; index < entries; index++) await create(before, `grant/${index}`, `value ${index}`)

    const acknowledged = new Map(counters.map((key) => [key, 0]))
    const writers = [start(kind), start(kind)]
    const counting = writers.map(async (writer) => {
      void writer.perform({ do: 'count', path, busyTimeoutMs: 20_000, keys: counters }).catch(() => undefined)
      for await (const key of writer.lines) acknowledged.set(key, (acknowledged.get(key) ?? 0) + 1)
    })
    for (const killAt of [1, 40, 80]) {
      const rotator = start(kind)
      void rotator.perform({ do: 'rotate', path }).catch(() => undefined)
      for await (const done of rotator.lines) if (Number(done) >= killAt) void rotator.kill()
    }
    const { k1 = 0, k2 = 0 } = (await before.keysInUse()).keys
    expect([k1 > 0, k2 > 0], 'the kills came in the middle').toEqual([true, true])

    expect(await start(kind).perform({ do: 'rotate', path })).toMatchObject({ failed: 0 })
    await Promise.all(writers.map((writer) => writer.kill()))
    await Promise.all(counting)

    const after = createEncryptedStore({ store: inner, keys: { current: 'k2', ring: { k2: testKeys.ring.k2 } } })
    expect((await after.keysInUse()).keys).toEqual({ k2: entries + counters.length })
    for (let index = 0; index < entries; index++) {
      expect((await after.read(`grant/${index}`)).entry?.value).toBe(`value ${index}`)
    }
    for (const key of counters) {
      const { count } = JSON.parse((await after.read(key)).entry?.value ?? '') as { count: number }
      const told = acknowledged.get(key) ?? 0
      expect(count).toBeGreaterThanOrEqual(told)
      expect(count).toBeLessThanOrEqual(told + writers.length)
    }
    await inner.close?.()
  })
})

describe('createEncryptedStore, what lies on the disk', () => {
  const secret = 'canary-refresh-token/+=7f3a'
  const dump = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))

  const open = {
    sqlite: () => createSqliteStore({ path }),
    file: () => Object.assign(createFileStore({ folder: path }), { close: async () => undefined }),
  }
  for (const kind of ['sqlite', 'file'] as const) {
    it(`holds no secret in any file of ${kind}, not in what is prepared, logged or left over`, async () => {
      const inner = open[kind]()
      const store = createEncryptedStore({ store: inner, keys: testKeys })
      const write = async (value: string): Promise<void> => {
        const { entry } = await store.read('k')
        await store.write('k', value, { ifVersion: entry?.version ?? null })
      }
      for (let round = 0; round < 20; round++) await write(JSON.stringify({ refreshToken: secret, round }))
      await store.write('attempt', secret, { ifVersion: null, expiresInMs: 60_000 })
      // Before it is closed: the write-ahead log is still there.
      expect(dump().length).toBeGreaterThan(kind === 'sqlite' ? 2 : 1)
      expect(findSecrets(dump(), { secret })).toEqual([])
      await store.rotateKeys()
      expect(findSecrets(dump(), { secret })).toEqual([])
      await inner.close()
      expect(findSecrets(dump(), { secret })).toEqual([])
    })

    it(`would be seen to hold one, if ${kind} were not sealed`, async () => {
      const inner = open[kind]()
      await create(inner, 'k', JSON.stringify({ refreshToken: secret }))
      expect(findSecrets(dump(), { secret })).not.toEqual([])
      await inner.close()
    })
  }
})
