import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqliteError } from '../../src/stores/sqlite-errors.ts'
import { assertNoSecret } from '../../src/testing/find-secrets.ts'
import { create } from '../../src/testing/store-suite/subject.ts'
import { createSqliteFolder, type SqliteFolder } from './sqlite-folder.ts'
import { powerless } from './powerless.ts'
import { allFailing, codesOf, key, posix, secrets, value } from './step-codes.ts'
import type { StoreProcess } from './store-process.ts'

let here: SqliteFolder
beforeEach(() => {
  here = createSqliteFolder()
})
afterEach(async () => {
  await here.remove()
})

describe('createSqliteStore, a file that is damaged or foreign', () => {
  const refused = (code: string) => ({ codes: allFailing(code), unchanged: true, files: ['grants.db'] })
  const writeOwnFile = (content: string | Uint8Array): void => writeFileSync(here.path, content, { mode: 0o600 })

  it('refuses a store that was cut anywhere', async () => {
    const whole = join(here.folder, 'whole.db')
    await here.fill(whole)
    const { size } = statSync(whole)
    for (const bytes of [1, 15, 16, 50, 99, 100, 512, 4095, 4096, 4097, size - 4096, size - 100, size - 1]) {
      copyFileSync(whole, here.path)
      truncateSync(here.path, bytes)
      expect(await here.tryDamaged()).toEqual(refused('store_value_invalid'))
    }
  })

  it('refuses what is no database', async () => {
    for (const content of ['{"refresh_token":"x"}', 'x'.repeat(10_000), new Uint8Array(8192)]) {
      writeOwnFile(content)
      expect(await here.tryDamaged()).toEqual(refused('store_value_invalid'))
    }
  })

  it('refuses the database of another program', async () => {
    const db = new DatabaseSync(here.path)
    db.exec('CREATE TABLE entry (key, value, version, expires_at_ms)')
    db.close()
    chmodSync(here.path, 0o600)
    expect(await here.tryDamaged()).toEqual(refused('store_value_invalid'))
  })

  it('refuses a store of a newer version', async () => {
    await here.fill()
    const db = new DatabaseSync(here.path)
    db.exec('PRAGMA user_version = 2')
    db.close()
    expect(await here.tryDamaged()).toEqual(refused('store_value_newer'))
  })

  it('refuses an empty file beside a log: the log is all that is left of a store', async () => {
    await create(here.open(), key, value)
    const log = readFileSync(`${here.path}-wal`)
    await here.closeAll()
    writeOwnFile('')
    writeFileSync(`${here.path}-wal`, log)
    expect(await codesOf(here.open())).toEqual(allFailing('store_value_invalid'))
    rmSync(here.path)
    expect(await codesOf(here.open())).toEqual(allFailing('store_value_invalid'))
    expect(existsSync(here.path)).toBe(false)
    expect(readFileSync(`${here.path}-wal`).equals(log)).toBe(true)
  })

  it('fails with store_value_invalid when it meets a damaged page', async () => {
    await here.fill(here.path, 300)
    const bytes = readFileSync(here.path)
    bytes.fill(0x5a, 4096)
    writeOwnFile(bytes)
    expect(await here.tryDamaged()).toEqual(refused('store_value_invalid'))
  })

  it('fails with store_value_invalid for a value that is not UTF-8', async () => {
    await here.fill()
    const db = new DatabaseSync(here.path)
    db.exec(`UPDATE entry SET value = x'ff'`)
    db.close()
    await expect(here.open().read(key)).rejects.toMatchObject({ code: 'store_value_invalid' })
  })
})

describe.runIf(posix)('createSqliteStore, a store that cannot be written', () => {
  const startWithoutPower = () => powerless(here.startProcess())
  const codes = async (from: StoreProcess): Promise<unknown[]> => {
    const options = { ifVersion: null }
    const outcomes = await from.run(here.path, [
      ['read', key],
      ['write', key, value, options],
      ['write', 'k', 'v', options],
    ])
    return outcomes.map(({ error }) => error?.code ?? 'done')
  }

  it('reads a file of mode 0400, fails writes with store_read_only, and writes once it may', async () => {
    await here.fill()
    const before = readFileSync(here.path)
    const { process: reader, own } = await startWithoutPower()
    for (const name of [here.folder, here.path]) own(name)
    chmodSync(here.path, 0o400)
    expect(await codes(reader)).toEqual(['done', 'store_read_only', 'store_read_only'])
    expect(readFileSync(here.path).equals(before)).toBe(true)
    for (const name of readdirSync(here.folder)) chmodSync(join(here.folder, name), 0o600)
    expect(await codes(reader)).toEqual(['done', 'done', 'done'])
  })

  it('fails with store_read_only in a folder that cannot be written, with and without a file in it', async () => {
    const { process: reader, own } = await startWithoutPower()
    own(here.folder)
    chmodSync(here.folder, 0o555)
    expect(await codes(reader)).toEqual(allFailing('store_read_only'))
    chmodSync(here.folder, 0o755)
    await here.fill()
    own(here.path)
    chmodSync(here.folder, 0o555)
    const before = readFileSync(here.path)
    expect(await codes(reader)).toEqual(allFailing('store_read_only'))
    expect(readFileSync(here.path).equals(before)).toBe(true)
    chmodSync(here.folder, 0o755)
  })
})

describe('createSqliteStore, errors of the system', () => {
  it('tells of a foreign error its code and fixed text only', () => {
    const foreign = {
      code: 'ERR_SQLITE_ERROR',
      errcode: 1,
      errstr: 'SQL logic error',
      message: `near ${secrets.value}`,
    }
    const ours = [sqliteError(Object.assign(new Error(), foreign), here.path), sqliteError(new Error(value), here.path)]
    expect(ours).toMatchObject([{ cause: { code: 'SQLITE_1', message: 'SQL logic error' } }, { code: 'store_failed' }])
    assertNoSecret(ours, secrets, { inspect })
  })

  it('fails with store_failed when the disk is full', () => {
    const db = new DatabaseSync(here.path)
    db.exec('CREATE TABLE t (value)')
    db.exec('PRAGMA max_page_count = 2')
    const insert = db.prepare('INSERT INTO t VALUES (?)')
    const error = thrownBy(() => insert.run(secrets.value.repeat(10_000)))
    db.close()
    const ours = sqliteError(error, here.path)
    expect(ours).toMatchObject({ code: 'store_failed', retryable: true, cause: { code: 'SQLITE_13' } })
    expect(ours.message).toContain('full')
    assertNoSecret(ours, secrets, { inspect })
  })
})

function thrownBy(run: () => void): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}
