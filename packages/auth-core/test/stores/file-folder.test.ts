import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFileStore, type FileStoreOptions } from '../../src/stores/file.ts'
import { networkFileSystem } from '../../src/stores/network-file-system.ts'
import { create, listAll } from '../../src/testing/store-suite/subject.ts'
import { createFileFolder, type FileFolder } from './file-folder.ts'
import { allFailing, codesOf, key, posix, value } from './step-codes.ts'

/** Makes every disk one of this type until the test ends. */
function pretendDisk(type: number): void {
  vi.spyOn(fs, 'statfsSync').mockReturnValue({ type } as fs.StatsFs)
  syncBuiltinESMExports()
}

let here: FileFolder
beforeEach(() => {
  here = createFileFolder()
})
afterEach(async () => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
  await here.remove()
})

describe('createFileStore, options', () => {
  for (const [problem, options] of Object.entries({
    'without a folder': {},
    'with an empty folder': { folder: '' },
    'with NUL in its folder': { folder: 'a\0b' },
    'with another word for network folders': { folder: 'x', networkFolder: true },
    'with an option that does not exist': { folder: 'x', path: 'y' },
  })) {
    it(`refuses a store ${problem}`, () => {
      expect(() => createFileStore(options as FileStoreOptions)).toThrow(
        expect.objectContaining({ code: 'invalid_option' }),
      )
    })
  }

  it('refuses an expiry that is no time, and writes nothing', async () => {
    for (const expiresInMs of [Number.NaN, Infinity]) {
      const write = here.open().write(key, value, { ifVersion: null, expiresInMs })
      await expect(write).rejects.toMatchObject({ code: 'invalid_option' })
    }
    expect(existsSync(here.folder)).toBe(false)
  })

  it('stays with its folder when the working directory changes', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(here.parent)
    const store = here.open({ folder: 'grants' })
    vi.restoreAllMocks()
    await create(store, key, value)
    expect(readdirSync(here.folder)).toEqual([`key.${key}`])
  })

  it('creates nothing before the first write', async () => {
    const store = here.open()
    expect(await store.read(key)).toEqual({ nowMs: expect.any(Number) })
    expect(await store.list('')).toEqual({ keys: [] })
    expect(await store.remove(key, { ifVersion: 'x' })).toBe('conflict')
    expect(await store.write(key, value, { ifVersion: 'x' })).toBe('conflict')
    expect(readdirSync(here.parent)).toEqual(['grants'])
    expect(readdirSync(here.folder)).toEqual([])
  })

  it('tells the time of its clock', async () => {
    expect(await here.open({ clock: { wallMs: () => 42 } }).read(key)).toEqual({ nowMs: 42 })
  })
})

describe.runIf(posix)('createFileStore, the folder and who may use it', () => {
  it('creates folders and files for this user alone', async () => {
    const folder = join(here.parent, 'a', 'b')
    await create(here.open({ folder }), 'k', value)
    const record = join(folder, 'key.k')
    const [file = ''] = readdirSync(record)
    const modeOf = (path: string): number => statSync(path).mode & 0o777
    expect([join(here.parent, 'a'), folder, record].map(modeOf)).toEqual([0o700, 0o700, 0o700])
    expect(modeOf(join(record, file))).toBe(0o600)
  })

  it('refuses a link in place of its folder', async () => {
    const target = join(here.parent, 'target')
    mkdirSync(target, { mode: 0o700 })
    symlinkSync(target, here.folder)
    expect(await codesOf(here.open())).toEqual(allFailing('invalid_option'))
    expect(readdirSync(target)).toEqual([])
  })

  it('refuses a link in place of an entry, or of the file of one', async () => {
    const file = await here.fill()
    const elsewhere = join(here.parent, 'elsewhere')
    renameSync(file, elsewhere)
    symlinkSync(elsewhere, file)
    await expect(here.open().read(key)).rejects.toMatchObject({ code: 'invalid_option' })
    rmSync(here.record, { recursive: true })
    mkdirSync(join(here.parent, 'record'))
    symlinkSync(join(here.parent, 'record'), here.record)
    await expect(here.open().read(key)).rejects.toMatchObject({ code: 'invalid_option' })
    await expect(here.open().write(key, value, { ifVersion: null })).rejects.toMatchObject({ code: 'invalid_option' })
    expect(readdirSync(join(here.parent, 'record'))).toEqual([])
  })

  it('refuses a folder that others can enter, and says how to change that', async () => {
    await here.fill()
    const store = here.open()
    expect((await store.read(key)).entry?.value).toBe(value)
    chmodSync(here.folder, 0o710)
    expect(await codesOf(store)).toEqual(allFailing('invalid_option'))
    await expect(store.read(key)).rejects.toThrow('chmod 700')
  })

  it('refuses a folder of another user', async () => {
    await here.fill()
    const uid = process.getuid?.() ?? 0
    vi.spyOn(process, 'getuid').mockReturnValue(uid + 1)
    expect(await codesOf(here.open())).toEqual(allFailing('invalid_option'))
  })

  it('fails with store_failed where a file stands in the way of the folder', async () => {
    writeFileSync(join(here.parent, 'file'), '')
    expect(await codesOf(here.open({ folder: join(here.parent, 'file', 'grants') }))).toContain('store_failed')
    expect(await codesOf(here.open({ folder: join(here.parent, 'file') }))).toEqual(allFailing('invalid_option'))
  })

  it('leaves alone what is not of the store, beside its entries', async () => {
    await here.fill()
    for (const name of ['.DS_Store', 'key.UPPER', 'key.%zz', 'notes.txt']) writeFileSync(join(here.folder, name), 'x')
    expect(await here.open().list('')).toEqual({ keys: [key] })
    expect(readdirSync(here.folder)).toHaveLength(5)
  })

  it('works on in a folder that was removed or replaced', async () => {
    const store = here.open()
    const ifVersion = await create(store, key, value)
    rmSync(here.folder, { recursive: true })
    expect((await store.read(key)).entry).toBeUndefined()
    expect(await store.write(key, value, { ifVersion })).toBe('conflict')
    await create(store, key, value)
    expect(await here.open().list('')).toEqual({ keys: [key] })
  })
})

describe.runIf(process.platform === 'linux')('createFileStore, network file systems', () => {
  for (const [name, type] of Object.entries({ NFS: 0x6969, CIFS: 0xff534d42, '9P': 0x01021997, FUSE: 0x65735546 })) {
    it(`refuses ${name}, unless told otherwise`, async () => {
      await here.fill()
      pretendDisk(type)
      expect(await codesOf(here.open())).toEqual(allFailing('invalid_option'))
      await expect(here.open().read(key)).rejects.toThrow(`lies on ${name}`)
      expect((await here.open({ networkFolder: 'accept' }).read(key)).entry?.value).toBe(value)
    })
  }

  it('knows the numbers also where they come back negative, and takes local disks for local', () => {
    expect(networkFileSystem(0xff534d42 | 0)).toBe('CIFS')
    for (const local of [0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1]) {
      expect(networkFileSystem(local)).toBeUndefined()
    }
  })
})

describe('createFileStore, names', () => {
  it('keeps keys of any length, and lists those whose names are hashes', async () => {
    const store = here.open()
    const keys = ['a', 'a'.repeat(195), 'a'.repeat(196), 'a'.repeat(197), 'é'.repeat(80), 'x/'.repeat(5000), '']
    for (const each of keys) await create(store, each, each)
    for (const each of keys) expect((await store.read(each)).entry?.value).toBe(each)
    expect((await listAll(store, '')).toSorted()).toEqual(keys.toSorted())
    for (const name of readdirSync(here.folder)) expect(name).toMatch(/^[a-z0-9._%-]{1,200}$/)
  })
})

describe('createFileStore, what is left behind', () => {
  it('clears expired entries away when something that expires is written', async () => {
    let nowMs = Date.UTC(2026, 0, 1)
    const store = here.open({ clock: { wallMs: () => nowMs } })
    for (let index = 0; index < 30; index++) {
      await store.write(`old ${index}`, value, { ifVersion: null, expiresInMs: 1 })
    }
    nowMs += 2
    await store.write('new', value, { ifVersion: null, expiresInMs: 60_000 })
    expect(readdirSync(here.folder)).toEqual(['key.new'])
  })

  it('clears away an entry that a killed process was making, once it is an hour old', async () => {
    let nowMs = Date.now()
    const store = here.open({ clock: { wallMs: () => nowMs } })
    await create(store, 'k', value)
    const left = join(here.folder, `new.${'0'.repeat(32)}`)
    mkdirSync(left)
    writeFileSync(join(left, `1.${'0'.repeat(32)}`), value)
    expect(await store.list('')).toEqual({ keys: ['k'] })
    await store.write('a', value, { ifVersion: null, expiresInMs: 10_000_000 })
    expect(existsSync(left)).toBe(true)
    nowMs += 3_700_000
    await store.write('b', value, { ifVersion: null, expiresInMs: 10_000_000 })
    expect(readdirSync(here.folder)).toEqual(['key.a', 'key.b', 'key.k'])
  })

  it('finishes what another writer decided and could not finish, also when it only reads', async () => {
    const file = await here.fill()
    const [count, id] = (file.split('/').at(-1) ?? '').split('.')
    const next = '1'.repeat(32)
    const store = here.open()
    const other = join(here.parent, 'other')
    await create(here.open({ folder: other }), key, 'decided')
    const [decided = ''] = readdirSync(join(other, `key.${key}`))
    renameSync(join(other, `key.${key}`, decided), `${file}~${next}`)
    renameSync(file, `${file}+${next}`)
    expect((await store.read(key)).entry).toEqual({ value: 'decided', version: `2.${next}` })
    expect(readdirSync(here.record)).toEqual([`2.${next}`])
    expect([count, id?.length]).toEqual(['1', 32])
  })
})
