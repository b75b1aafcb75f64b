import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../testing/fake-clock.ts'
import { faultyStore } from '../testing/faulty-store.ts'
import { assertNoSecret } from '../testing/find-secrets.ts'
import { applied, create } from '../testing/store-suite/subject.ts'
import type { StoreKeys } from './encrypted-keys.ts'
import { createEncryptedStore, type EncryptedStore, type EncryptedStoreOptions } from './encrypted.ts'
import { createMemoryStore } from './memory.ts'

const bytes = (fill: number): Uint8Array<ArrayBuffer> => new Uint8Array(32).fill(fill)
const k1: StoreKeys = { current: 'k1', ring: { k1: bytes(1) } }
const k1then2: StoreKeys = { current: 'k2', ring: { k1: bytes(1), k2: bytes(2) } }
const k2: StoreKeys = { current: 'k2', ring: { k2: bytes(2) } }
const cryptoKey = (usages: KeyUsage[] = ['encrypt', 'decrypt'], name = 'AES-GCM', raw = bytes(1)): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', raw, name, false, usages)

function setUp(keys: StoreKeys = k1, options: Partial<EncryptedStoreOptions> = {}) {
  const clock = createFakeClock()
  const inner = createMemoryStore({ clock })
  const reopen = (other: StoreKeys, more: Partial<EncryptedStoreOptions> = {}): EncryptedStore =>
    createEncryptedStore({ store: inner, keys: other, ...more })
  const stored = async (key: string): Promise<string> => (await inner.read(key)).entry?.value ?? ''
  return { clock, inner, store: reopen(keys, options), reopen, stored }
}
const valueIn = async (store: EncryptedStore, key = 'k'): Promise<unknown> => (await store.read(key)).entry?.value
const code = (expected: string) => expect.objectContaining({ code: expected })

describe('createEncryptedStore, options', () => {
  const store = createMemoryStore()
  for (const [problem, options] of Object.entries<Record<string, unknown>>({
    'without a store': { keys: k1 },
    'without keys': { store },
    'without a ring': { store, keys: { current: 'k1' } },
    'with an empty ring': { store, keys: { current: 'k1', ring: {} } },
    'whose current key is not in the ring': { store, keys: { current: 'k2', ring: k1.ring } },
    'whose current key is a name that every object has': { store, keys: { current: 'toString', ring: k1.ring } },
    'with a key of 16 bytes': { store, keys: { current: 'k1', ring: { k1: new Uint8Array(16) } } },
    'with a key that is text': { store, keys: { current: 'k1', ring: { k1: 'x'.repeat(32) } } },
    'with a dot in the name of a key': { store, keys: { current: 'k.1', ring: { 'k.1': bytes(1) } } },
    'with a key without a name': { store, keys: { current: '', ring: { '': bytes(1) } } },
    'with another word for unsealed values': { store, keys: k1, unsealed: true },
    'with an option that does not exist': { store, keys: k1, key: bytes(1) },
    'with a member of the keys that does not exist': { store, keys: { ...k1, next: 'k2' } },
  })) {
    it(`refuses a store ${problem}`, () => {
      expect(() => createEncryptedStore(options as unknown as EncryptedStoreOptions)).toThrow(code('invalid_option'))
    })
  }

  it('refuses a CryptoKey that cannot do the work', async () => {
    for (const key of [
      await cryptoKey(['decrypt']),
      await cryptoKey(['encrypt']),
      await cryptoKey(['encrypt', 'decrypt'], 'AES-CBC'),
      await cryptoKey(['encrypt', 'decrypt'], 'AES-GCM', new Uint8Array(16)),
    ]) {
      expect(() => createEncryptedStore({ store, keys: { current: 'k', ring: { k: key } } })).toThrow(
        code('invalid_option'),
      )
    }
  })

  it('has the durability of its store, and its notices only if it has some', () => {
    expect(setUp().store).toMatchObject({ durability: 'volatile', subscribe: expect.any(Function) })
    const { subscribe: _, ...silent } = createMemoryStore()
    expect(createEncryptedStore({ store: silent, keys: k1 })).not.toHaveProperty('subscribe')
  })
})

describe('createEncryptedStore, sealing', () => {
  it('gives back whatever was written, and stores nothing that shows it', async () => {
    const { store, inner } = setUp()
    const roundTrip = fc.asyncProperty(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }),
      async (key, value) => {
        const { entry } = await inner.read(key)
        await store.write(key, value, { ifVersion: entry?.version ?? null })
        expect(await valueIn(store, key)).toBe(value)
        const sealed = (await inner.read(key)).entry?.value ?? ''
        expect(sealed).toMatch(/^sealed\.1\.k1\.[\w-]{8}\.-\.[\w-]+$/)
      },
    )
    await expect(fc.assert(roundTrip)).resolves.toBeUndefined()
  })

  it('never writes the same twice: each sealing has a nonce of its own', async () => {
    const { store, stored } = setUp()
    const seen = new Set<string>()
    let version: string | null = null
    for (let round = 0; round < 200; round++) {
      version = applied(await store.write('k', 'same', { ifVersion: version }), 'the write')
      seen.add((await stored('k')).slice(-40)).add((await stored('k')).split('.').at(-1)?.slice(0, 16) ?? '')
    }
    expect(seen.size).toBe(400)
  })

  it('opens no value that was changed in any character', async () => {
    const { store, inner, stored } = setUp()
    await create(store, 'k', '{"refreshToken":"rt-1"}')
    const sealed = await stored('k')
    const changed = fc.asyncProperty(
      fc.nat(sealed.length - 1),
      fc.constantFrom(...'.-_aAkK0129 é'),
      async (at, character) => {
        if (sealed[at] === character) return
        const { entry } = await inner.read('k')
        const text = sealed.slice(0, at) + character + sealed.slice(at + 1)
        await inner.write('k', text, { ifVersion: entry?.version ?? null })
        await expect(store.read('k')).rejects.toMatchObject({
          code: expect.stringMatching(/^store_(value_invalid|value_newer|key_missing)$/),
        })
      },
    )
    await expect(fc.assert(changed, { numRuns: 500 })).resolves.toBeUndefined()
  })

  it('opens no value that was cut, lengthened or emptied', async () => {
    const { store, inner, stored } = setUp()
    await create(store, 'k', 'value')
    const sealed = await stored('k')
    const others = [...Array(sealed.length).keys()].map((length) => sealed.slice(0, length))
    for (const text of [...others, `${sealed}A`, `${sealed}=`, `${sealed}\n`, ` ${sealed}`]) {
      const { entry } = await inner.read('k')
      await inner.write('k', text, { ifVersion: entry?.version ?? null })
      await expect(store.read('k')).rejects.toThrow(code('store_value_invalid'))
    }
  })

  it('opens no value at another key than its own', async () => {
    const { store, inner, stored } = setUp()
    await create(store, 'grant/a', 'of a')
    await create(inner, 'grant/b', await stored('grant/a'))
    await expect(store.read('grant/b')).rejects.toThrow(code('store_value_invalid'))
  })

  it('opens no value whose expiry was changed', async () => {
    const { store, inner, stored } = setUp()
    applied(await store.write('k', 'v', { ifVersion: null, expiresInMs: 1000 }), 'the write')
    const { entry } = await inner.read('k')
    const longer = (await stored('k')).replace(/\.(\d{10,})\./, (_, atMs) => `.${Number(atMs) + 1}.`)
    expect(longer).not.toBe(await stored('k'))
    await inner.write('k', longer, { ifVersion: entry?.version ?? null })
    await expect(store.read('k')).rejects.toThrow(code('store_value_invalid'))
  })

  it('refuses a value that is not sealed, in every reading, and leaves it', async () => {
    const { store, inner, stored } = setUp()
    for (const [index, text] of ['{"v":1}', '', 'sealed', 'sealed.', 'Sealed.1.k1'].entries()) {
      await create(inner, `k${index}`, text)
      await expect(store.read(`k${index}`)).rejects.toThrow(code('store_value_invalid'))
      expect(await store.write(`k${index}`, 'v', { ifVersion: null })).toBe('conflict')
      expect(await stored(`k${index}`)).toBe(text)
    }
  })

  it('says so when a newer version sealed it', async () => {
    const { store, inner } = setUp()
    await create(inner, 'k', 'sealed.2.k1.whatever')
    await expect(store.read('k')).rejects.toThrow(code('store_value_newer'))
  })

  it('lets errors of its store through, and seals before it writes', async () => {
    const store = faultyStore(createMemoryStore(), [
      { step: 'write', effect: 'throw', error: new Error('of the store') },
    ])
    const written = createEncryptedStore({ store, keys: k1 }).write('k', 'v', { ifVersion: null })
    await expect(written).rejects.toThrow('of the store')
  })
})

describe('createEncryptedStore, keys', () => {
  it('takes bytes, a CryptoKey or a function, and they are the same key', async () => {
    const { store, reopen } = setUp()
    await create(store, 'k', 'value')
    const same = [await cryptoKey(), () => bytes(1), async () => bytes(1), () => cryptoKey()]
    for (const key of same) expect(await valueIn(reopen({ current: 'k1', ring: { k1: key } }))).toBe('value')
  })

  it('keeps the bytes it was given, also when they are cleared afterwards', async () => {
    const raw = bytes(1)
    const { store, reopen } = setUp({ current: 'k1', ring: { k1: raw } })
    raw.fill(0)
    await create(store, 'k', 'value')
    expect(await valueIn(reopen(k1))).toBe('value')
  })

  it('names the key that is missing, and touches nothing', async () => {
    const { store, reopen, stored } = setUp()
    await create(store, 'k', 'value')
    const before = await stored('k')
    await expect(reopen(k2).read('k')).rejects.toThrow(code('store_key_missing'))
    await expect(reopen(k2).read('k')).rejects.toThrow('"k1"')
    expect(await stored('k')).toBe(before)
  })

  it('tells a wrong key under the right name from a changed value', async () => {
    const { store, reopen } = setUp()
    await create(store, 'k', 'value')
    await expect(reopen({ current: 'k1', ring: { k1: bytes(9) } }).read('k')).rejects.toThrow(code('store_key_missing'))
  })

  it('asks a function at the first need, once for all who wait, and again only after it failed', async () => {
    let asked = 0
    const secret = 'marker-of-the-keychain'
    const key = async (): Promise<Uint8Array> => {
      asked++
      if (asked === 1) throw new Error(secret)
      return bytes(1)
    }
    const { store, stored } = setUp({ current: 'k1', ring: { k1: key } })
    const failing = await store.write('k', 'v', { ifVersion: null }).catch((error: unknown) => error)
    expect(failing).toMatchObject({ code: 'store_key_unavailable', retryable: true })
    assertNoSecret(failing, { secret }, { inspect })
    expect(await stored('k')).toBe('')
    await Promise.all(['a', 'b', 'c'].map((each) => create(store, each, 'v')))
    expect(await valueIn(store, 'a')).toBe('v')
    expect(asked).toBe(2)
  })

  it('refuses what a function gives if it is no key, and writes nothing', async () => {
    const { store, stored } = setUp({ current: 'k1', ring: { k1: () => new Uint8Array(31) } })
    await expect(store.write('k', 'v', { ifVersion: null })).rejects.toThrow(code('invalid_option'))
    expect(await stored('k')).toBe('')
  })
})

describe('createEncryptedStore, rotation', () => {
  const fill = async (store: EncryptedStore, count: number): Promise<void> => {
    for (let index = 0; index < count; index++) await create(store, `grant/${index}`, `value ${index}`)
  }

  it('seals all that is there with the current key, tells how far it is, and lets the old key go', async () => {
    const { store, reopen } = setUp()
    await fill(store, 5)
    const rotating = reopen(k1then2)
    await create(rotating, 'new', 'value')
    expect(await rotating.keysInUse()).toEqual({ keys: { k1: 5, k2: 1 }, unsealed: 0 })
    const seen: number[] = []
    const rotation = await rotating.rotateKeys({ onProgress: ({ done, total }) => seen.push(done / total) })
    expect(rotation).toEqual({
      total: 6,
      done: 6,
      resealed: 5,
      failed: 0,
      failures: [],
      inUse: { keys: { k2: 6 }, unsealed: 0 },
    })
    expect(seen).toEqual([1, 2, 3, 4, 5, 6].map((done) => done / 6))
    for (let index = 0; index < 5; index++) expect(await valueIn(reopen(k2), `grant/${index}`)).toBe(`value ${index}`)
    expect(await rotating.rotateKeys()).toMatchObject({ resealed: 0 })
  })

  it('stops when it is told to, and goes on where it was', async () => {
    const { store, reopen } = setUp()
    await fill(store, 5)
    const rotating = reopen(k1then2)
    const stop = new AbortController()
    const stopped = rotating.rotateKeys({
      signal: stop.signal,
      onProgress: ({ done }) => done === 2 && stop.abort('stopped'),
    })
    await expect(stopped).rejects.toBe('stopped')
    expect((await rotating.keysInUse()).keys).toEqual({ k1: 3, k2: 2 })
    expect(await rotating.rotateKeys()).toMatchObject({ resealed: 3, inUse: { keys: { k2: 5 } } })
  })

  it('keeps what others write meanwhile, and tells that they still use the old key', async () => {
    const { inner, reopen, store } = setUp()
    await fill(store, 2)
    let others = 0
    const overwrite = async (): Promise<void> => {
      const { entry } = await store.read('grant/0')
      await store.write('grant/0', `other ${++others}`, { ifVersion: entry?.version ?? null })
    }
    const busy = faultyStore(inner, [
      { step: 'read', key: 'grant/0', after: overwrite },
      { step: 'write', key: 'grant/1', before: () => create(store, 'late', 'by a process of yesterday') },
    ])
    const rotation = await createEncryptedStore({ store: busy, keys: k1then2 }).rotateKeys()
    expect(others).toBe(1)
    expect(rotation).toMatchObject({ resealed: 2, inUse: { keys: { k1: 1, k2: 2 } } })
    expect(await valueIn(reopen(k1then2), 'grant/0')).toBe('other 1')
  })

  it('keeps the time at which an entry expires', async () => {
    const { store, reopen, clock } = setUp()
    applied(await store.write('k', 'v', { ifVersion: null, expiresInMs: 1000 }), 'the write')
    clock.jumpWall(400)
    const rotating = reopen(k1then2)
    expect(await rotating.rotateKeys()).toMatchObject({ resealed: 1 })
    clock.jumpWall(599)
    expect(await valueIn(rotating)).toBe('v')
    clock.jumpWall(1)
    expect(await valueIn(rotating)).toBeUndefined()
  })

  it('is held up by nothing that cannot be opened, and tells of it', async () => {
    const { store, inner, reopen, stored } = setUp()
    await fill(store, 2)
    await create(reopen({ current: 'k0', ring: { k0: bytes(7) } }), 'lost', 'value')
    await create(inner, 'plain', 'not sealed')
    await create(inner, 'moved', await stored('grant/0'))
    const rotation = await reopen(k1then2).rotateKeys()
    expect(rotation).toMatchObject({
      total: 5,
      done: 5,
      resealed: 2,
      failed: 3,
      inUse: { keys: { k0: 1, k1: 1, k2: 2 } },
    })
    expect(rotation.failures.map(({ key, error }) => [key, error.code]).toSorted()).toEqual([
      ['lost', 'store_key_missing'],
      ['moved', 'store_value_invalid'],
      ['plain', 'store_value_invalid'],
    ])
    expect(await stored('plain')).toBe('not sealed')
  })

  it('seals a store that was not sealed, if it is told to accept that', async () => {
    const { inner, reopen } = setUp()
    await create(inner, 'a', 'plain a')
    await create(inner, 'b', 'plain b')
    const accepting = reopen(k1, { unsealed: 'accept' })
    expect(await valueIn(accepting, 'a')).toBe('plain a')
    expect(await accepting.keysInUse()).toEqual({ keys: {}, unsealed: 2 })
    expect(await accepting.rotateKeys()).toMatchObject({ resealed: 2, inUse: { keys: { k1: 2 }, unsealed: 0 } })
    expect(await valueIn(reopen(k1), 'b')).toBe('plain b')
  })

  it('seals anew what another key under the same name sealed, once it has the right one', async () => {
    const { store, reopen } = setUp()
    await fill(store, 1)
    const wrong = reopen({ current: 'k1', ring: { k1: bytes(9) } })
    expect(await wrong.rotateKeys()).toMatchObject({ resealed: 0, failures: [{ error: code('store_key_missing') }] })
    expect(await reopen(k1).rotateKeys()).toMatchObject({ resealed: 0, failed: 0 })
  })

  it('refuses an option it does not know, and fails with what the store fails with', async () => {
    const { store, inner } = setUp()
    await expect(store.rotateKeys({ progress: true } as object)).rejects.toThrow(code('invalid_option'))
    await fill(store, 1)
    const failing = faultyStore(inner, [{ step: 'write', effect: 'throw' }])
    const rotating = createEncryptedStore({ store: failing, keys: k1then2 })
    await expect(rotating.rotateKeys()).rejects.toThrow(code('store_failed'))
  })
})
