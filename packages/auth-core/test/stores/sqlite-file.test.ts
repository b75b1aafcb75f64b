import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openSqliteConnection } from '../../src/stores/sqlite-connection.ts'
import { createSqliteStore, type SqliteStoreOptions } from '../../src/stores/sqlite.ts'
import { create } from '../../src/testing/store-suite/subject.ts'
import { createSqliteFolder, type SqliteFolder } from './sqlite-folder.ts'
import { allFailing, codesOf, key, posix, value } from './step-codes.ts'

let here: SqliteFolder
beforeEach(() => {
  here = createSqliteFolder()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await here.remove()
})

describe('createSqliteStore, options', () => {
  for (const [problem, options] of Object.entries({
    'without a path': {},
    'with an empty path': { path: '' },
    'with NUL in its path': { path: 'a\0b' },
    'in memory': { path: ':memory:' },
    'with a wait that is no number': { path: 'x', busyTimeoutMs: Number.NaN },
    'with an option that does not exist': { path: 'x', readOnly: true },
  })) {
    it(`refuses a store ${problem}`, () => {
      expect(() => createSqliteStore(options as SqliteStoreOptions)).toThrow(
        expect.objectContaining({ code: 'invalid_option' }),
      )
    })
  }

  it('stays with its file when the working directory changes', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(here.folder)
    const store = here.open({ path: 'grants.db' })
    vi.restoreAllMocks()
    await create(store, key, value)
    expect(readdirSync(here.folder)).toContain('grants.db')
  })

  it('says where a store in memory comes from', () => {
    expect(() => createSqliteStore({ path: ':memory:' })).toThrow('createMemoryStore')
  })

  it('touches nothing before the first step', async () => {
    const store = here.open()
    expect(readdirSync(here.folder)).toEqual([])
    await store.read(key)
    expect(readdirSync(here.folder)).toContain('grants.db')
  })
})

describe('createSqliteStore, closing', () => {
  it('fails each later step with store_failed, and can be closed again', async () => {
    const store = here.open()
    await create(store, key, value)
    await store.close()
    await store[Symbol.asyncDispose]()
    expect(await codesOf(store)).toEqual(allFailing('store_failed'))
  })

  it('leaves one file behind', async () => {
    await here.fill()
    expect(readdirSync(here.folder)).toEqual(['grants.db'])
  })
})

describe('createSqliteStore, expired entries', () => {
  it('clears them away when something that expires is written', async () => {
    const store = here.open()
    for (let index = 0; index < 30; index++)
      await store.write(`old ${index}`, value, { ifVersion: null, expiresInMs: 1 })
    const { nowMs } = await store.read(key)
    await vi.waitUntil(async () => (await store.read(key)).nowMs > nowMs + 2)
    await store.write('new', value, { ifVersion: null, expiresInMs: 60_000 })
    await here.closeAll()
    const db = new DatabaseSync(here.path)
    expect(db.prepare('SELECT count(*) AS entries FROM entry').get()).toEqual({ entries: 1 })
    db.close()
  })
})

describe.runIf(posix)('createSqliteStore, the file and who may use it', () => {
  it('takes the path as a path, whatever it looks like', async () => {
    const odd = join(here.folder, 'file:x?mode=memory#%41')
    await here.fill(odd)
    expect(existsSync(odd)).toBe(true)
  })

  it('creates the file and its folders for this user alone', async () => {
    await create(here.open({ path: join(here.folder, 'a', 'b', 'grants.db') }), key, value)
    const modeOf = (name: string): number => statSync(join(here.folder, name)).mode & 0o777
    expect(['a', 'a/b'].map(modeOf)).toEqual([0o700, 0o700])
    expect(['a/b/grants.db', 'a/b/grants.db-wal', 'a/b/grants.db-shm'].map(modeOf)).toEqual([0o600, 0o600, 0o600])
  })

  it('refuses a link, also one to nowhere, and leaves its target alone', async () => {
    const target = join(here.folder, 'target.db')
    symlinkSync(target, here.path)
    expect(await codesOf(here.open())).toEqual(allFailing('invalid_option'))
    expect(existsSync(target)).toBe(false)
    await here.fill(target)
    expect(await codesOf(here.open())).toEqual(allFailing('invalid_option'))
  })

  it('refuses a file that others can read, and says how to change that', async () => {
    await here.fill()
    chmodSync(here.path, 0o640)
    expect(await codesOf(here.open())).toEqual(allFailing('invalid_option'))
    await expect(here.open().read(key)).rejects.toThrow('chmod 600')
  })

  it('refuses a file of another user', async () => {
    await here.fill()
    const uid = process.getuid?.() ?? 0
    vi.spyOn(process, 'getuid').mockReturnValue(uid + 1)
    expect(await codesOf(here.open())).toEqual(allFailing('invalid_option'))
  })

  it('leaves the log of a file alone that took the place of its own', async () => {
    const [first, second] = [here.open(), here.open()]
    await create(first, 'gone', value)
    for (const name of readdirSync(here.folder)) rmSync(join(here.folder, name))
    await create(second, key, value)
    // Closes the removed file; SQLite removes logs by their path.
    expect((await first.read(key)).entry?.value).toBe(value)
    expect(readdirSync(here.folder)).toContain('grants.db-wal')
    await create(second, 'more', value)
    expect(await here.open().list('')).toEqual({ keys: [key, 'more'] })
  })

  it('writes nothing into a file that was removed or replaced', async () => {
    const other = join(here.folder, 'other.db')
    await here.fill(other)
    const store = here.open()
    const ifVersion = await create(store, 'gone', value)
    for (const name of readdirSync(here.folder)) if (name.startsWith('grants.db')) rmSync(join(here.folder, name))
    copyFileSync(other, here.path)
    expect((await store.read(key)).entry?.value).toBe(value)
    expect(await store.write('gone', value, { ifVersion })).toBe('conflict')
    expect(await store.list('')).toEqual({ keys: [key] })
  })
})

describe('createSqliteStore, a path that cannot be a file', () => {
  it('refuses a folder', async () => {
    mkdirSync(here.path)
    expect(await codesOf(here.open())).toEqual(allFailing('invalid_option'))
  })

  it('fails with store_failed where a file stands in the way of the folder', async () => {
    writeFileSync(join(here.folder, 'file'), '')
    expect(await codesOf(here.open({ path: join(here.folder, 'file', 'grants.db') }))).toEqual(
      allFailing('store_failed'),
    )
  })
})

describe('openSqliteConnection', () => {
  it('syncs every commit down to the disk, and overwrites what it removes', () => {
    const opened: DatabaseSync[] = []
    class SpiedDatabase extends DatabaseSync {
      constructor(...input: ConstructorParameters<typeof DatabaseSync>) {
        super(...input)
        opened.push(this)
      }
    }
    const connection = openSqliteConnection(SpiedDatabase, here.path)
    const setting = (name: string): unknown => Object.values(opened[0]?.prepare(`PRAGMA ${name}`).get() ?? {})[0]
    expect(['journal_mode', 'synchronous', 'fullfsync', 'secure_delete', 'busy_timeout'].map(setting)).toEqual([
      'wal',
      2, // FULL
      1,
      1,
      0,
    ])
    connection.close()
  })

  it('uses the store that another process creates at the same moment', () => {
    class OvertakenDatabase extends DatabaseSync {
      override exec(sql: string): void {
        if (sql.startsWith('BEGIN')) openSqliteConnection(DatabaseSync, here.path).close()
        super.exec(sql)
      }
    }
    const connection = openSqliteConnection(OvertakenDatabase, here.path)
    expect(connection.read(key)).toEqual({ nowMs: expect.any(Number) })
    connection.close()
  })
})
