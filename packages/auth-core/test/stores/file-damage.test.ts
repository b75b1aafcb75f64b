import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileError } from '../../src/stores/file-errors.ts'
import { assertNoSecret } from '../../src/testing/find-secrets.ts'
import { create } from '../../src/testing/store-suite/subject.ts'
import { createFileFolder, type FileFolder } from './file-folder.ts'
import { powerless } from './powerless.ts'
import { key, posix, secrets, value } from './step-codes.ts'
import type { StoreProcess } from './store-process.ts'

let here: FileFolder
beforeEach(() => {
  here = createFileFolder()
})
afterEach(() => here.remove())

/** What a read and a write of the damaged entry, and a write beside it, fail with. Nothing may change. */
async function codesOfDamaged(): Promise<unknown[]> {
  const store = here.open()
  const before = here.contents()
  const steps = [
    () => store.read(key),
    () => store.write(key, value, { ifVersion: null }),
    () => store.remove(key, { ifVersion: 'x' }),
  ]
  const errors: unknown[] = []
  for (const step of steps)
    errors.push(
      await step().then(
        () => undefined,
        (error: unknown) => error,
      ),
    )
  assertNoSecret(errors, secrets, { inspect })
  expect(here.contents()).toEqual(before)
  expect(await create(store, 'beside', value)).toEqual(expect.any(String))
  return errors.map((error) => (error as { code?: unknown })?.code ?? 'done')
}
const allThree = (code: string): string[] => [code, code, code]

describe('createFileStore, an entry that is damaged or foreign', () => {
  it('refuses a file that was cut anywhere, or changed in any byte', async () => {
    const file = await here.fill()
    const whole = readFileSync(file)
    const store = here.open()
    for (let at = 0; at < whole.length; at++) {
      writeFileSync(file, whole.subarray(0, at))
      await expect(store.read(key)).rejects.toMatchObject({ code: 'store_value_invalid' })
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ 1
      writeFileSync(file, changed)
      // The number of the format may change into that of a newer one.
      await expect(store.read(key)).rejects.toMatchObject({ code: expect.stringMatching(/^store_value_/) })
    }
    writeFileSync(file, whole)
    expect((await store.read(key)).entry?.value).toBe(value)
  })

  it('refuses what is no entry, in every step, and leaves it as it is', async () => {
    const file = await here.fill()
    for (const content of ['', '{"refresh_token":"x"}', '{}\n', 'null\n', 'x'.repeat(10_000)]) {
      writeFileSync(file, content)
      expect(await codesOfDamaged()).toEqual(allThree('store_value_invalid'))
      await here.open().remove('beside', { ifVersion: (await here.open().read('beside')).entry?.version ?? '' })
    }
  })

  it('refuses an entry of a newer version', async () => {
    const file = await here.fill()
    writeFileSync(file, readFileSync(file, 'utf8').replace('"v":1', '"v":2'))
    expect(await codesOfDamaged()).toEqual(allThree('store_value_newer'))
  })

  it('refuses an entry that was moved to another key', async () => {
    await create(here.open(), 'other', value)
    renameSync(join(here.folder, 'key.other'), here.record)
    expect(await codesOfDamaged()).toEqual(allThree('store_value_invalid'))
  })

  it('refuses an entry whose next bytes are gone, and does not take it for absent', async () => {
    const file = await here.fill()
    renameSync(file, `${file}+${'1'.repeat(32)}`)
    expect(await codesOfDamaged()).toEqual(allThree('store_value_invalid'))
  })

  it('does not serve an entry beside what was decided after it', async () => {
    const file = await here.fill()
    writeFileSync(file.replace(/1\.\w+$/, `2.${'1'.repeat(32)}+${'2'.repeat(32)}`), '')
    expect(await codesOfDamaged()).toEqual(allThree('store_value_invalid'))
  })

  it('refuses to make an entry in a folder that holds something else', async () => {
    mkdirSync(here.record, { recursive: true, mode: 0o700 })
    chmodSync(here.folder, 0o700)
    writeFileSync(join(here.record, 'notes.txt'), 'x')
    await expect(here.open().write(key, value, { ifVersion: null })).rejects.toMatchObject({
      code: 'store_value_invalid',
    })
    expect(readFileSync(join(here.record, 'notes.txt'), 'utf8')).toBe('x')
  })

  it('lists a damaged entry by its name, and tells of one whose name is a hash', async () => {
    const file = await here.fill()
    writeFileSync(file, '')
    expect(await here.open().list('')).toEqual({ keys: [key] })
    const long = 'x'.repeat(300)
    await create(here.open(), long, value)
    for (const path of Object.keys(here.contents())) writeFileSync(path, '')
    await expect(here.open().list('')).rejects.toMatchObject({ code: 'store_value_invalid' })
  })
})

describe.runIf(posix)('createFileStore, a store that cannot be written', () => {
  const codes = async (from: StoreProcess): Promise<unknown[]> => {
    const outcomes = await from.run(here.folder, [
      ['read', key],
      ['list', ''],
      ['write', key, value, { ifVersion: null }],
      ['write', 'k', 'v', { ifVersion: null }],
    ])
    return outcomes.map(({ answer, error }) => error?.code ?? (answer === 'conflict' ? answer : 'done'))
  }

  it('is read on, also what was decided and not finished, and written once it may be', async () => {
    const file = await here.fill()
    const ifVersion = (await here.open().read(key)).entry?.version ?? ''
    const { process: reader, own } = await powerless(here.startProcess())
    const next = '1'.repeat(32)
    writeFileSync(`${file}~${next}`, readFileSync(file))
    renameSync(file, `${file}+${next}`)
    for (const path of [here.parent, here.folder, here.record, ...Object.keys(here.contents())]) own(path)
    chmodSync(here.record, 0o500)
    chmodSync(here.folder, 0o500)
    const before = here.contents()
    expect(await codes(reader)).toEqual(['done', 'done', 'conflict', 'store_read_only'])
    const steps = [
      ['read', key],
      ['write', key, value, { ifVersion: `2.${next}` }],
      ['remove', key, { ifVersion }],
    ] as const
    expect(await reader.run(here.folder, steps)).toEqual([
      { answer: expect.objectContaining({ entry: { value, version: `2.${next}` } }) },
      { error: expect.objectContaining({ code: 'store_read_only' }) },
      { answer: 'conflict' },
    ])
    expect(here.contents()).toEqual(before)
    chmodSync(here.record, 0o700)
    chmodSync(here.folder, 0o700)
    expect(await codes(reader)).toEqual(['done', 'done', 'conflict', 'done'])
  })

  it('fails with store_read_only where the folder cannot be made', async () => {
    const { process: reader, own } = await powerless(here.startProcess())
    own(here.parent)
    chmodSync(here.parent, 0o500)
    expect(await codes(reader)).toEqual(['done', 'done', 'store_read_only', 'store_read_only'])
    chmodSync(here.parent, 0o700)
  })
})

describe('createFileStore, errors of the system', () => {
  it('tells of a foreign error its code only', () => {
    const foreign = Object.assign(new Error(`EIO: ${secrets.value}, open '${secrets.key}'`), { code: 'EIO' })
    const ours = [fileError(foreign, here.folder), fileError(new Error(value), here.folder)]
    expect(ours).toMatchObject([{ code: 'store_failed', cause: { code: 'EIO' } }, { code: 'store_failed' }])
    assertNoSecret(ours, secrets, { inspect })
  })

  it('says that the disk is full', () => {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      const error = fileError(Object.assign(new Error(), { code }), here.folder)
      expect(error).toMatchObject({ code: 'store_failed', retryable: true, message: expect.stringContaining('full') })
    }
  })
})

describe.runIf(canMount())('createFileStore, a disk that is really full', () => {
  it('fails with store_failed, keeps what is there, and works on when there is space', async () => {
    const disk = join(here.parent, 'disk')
    mount(disk)
    try {
      const store = here.open({ folder: join(disk, 'grants') })
      const ifVersion = await create(store, key, value)
      const filler = join(disk, 'filler')
      fillUp(filler)
      const full = { code: 'store_failed', message: expect.stringContaining('full') }
      await expect(store.write(key, 'x'.repeat(50_000), { ifVersion })).rejects.toMatchObject(full)
      await expect(store.write('k', 'x'.repeat(50_000), { ifVersion: null })).rejects.toMatchObject(full)
      expect(await store.list('')).toEqual({ keys: [key] })
      expect((await store.read(key)).entry).toEqual({ value, version: ifVersion })
      expect(readdirSync(join(disk, 'grants'))).toEqual([`key.${key}`])
      rmSync(filler)
      expect(await store.write(key, 'next', { ifVersion })).toEqual({ version: expect.any(String) })
      expect((await store.read(key)).entry?.value).toBe('next')
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

/** Makes a disk of a few kilobytes. */
function mount(folder: string): void {
  mkdirSync(folder)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'tmpfs', folder], { stdio: 'ignore' })
}

/** Who tests without the right to mount has the error of a full disk tested above. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'grantkit-disk-'))
  try {
    mount(join(folder, 'disk'))
    execFileSync('umount', [join(folder, 'disk')])
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function fillUp(path: string): void {
  for (let bytes = 65_536; bytes >= 1; bytes = Math.floor(bytes / 2)) {
    try {
      for (;;) writeFileSync(path, 'x'.repeat(bytes), { flag: 'a' })
    } catch {
      // Full but for less than this.
    }
  }
}
