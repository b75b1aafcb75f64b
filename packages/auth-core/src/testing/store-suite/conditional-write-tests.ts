import type { Store } from '../../store.ts'
import { applied, check, checkEqual, create, type DefineStoreTest } from './subject.ts'

/** The entry with its value and version, or `undefined`. */
async function entryOf(store: Store, key: string): Promise<unknown> {
  return (await store.read(key)).entry
}

export function conditionalWriteTests(test: DefineStoreTest): void {
  test('reads an absent key as absent', async ({ store }) => {
    const answer = await store.read('absent')
    check(!('entry' in answer) || answer.entry === undefined, 'an absent key has no entry')
  })

  test('reads back what was written, with the version that the write answered', async ({ store }) => {
    const version = await create(store, 'k', 'first')
    checkEqual(await entryOf(store, 'k'), { value: 'first', version }, 'the entry')
  })

  test('refuses to create what exists, and changes nothing', async ({ store }) => {
    const version = await create(store, 'k', 'first')
    checkEqual(await store.write('k', 'second', { ifVersion: null }), 'conflict', 'creating again')
    checkEqual(await entryOf(store, 'k'), { value: 'first', version }, 'the entry')
  })

  test('writes over the named version and gives a new one', async ({ store }) => {
    const first = await create(store, 'k', 'first')
    const second = applied(await store.write('k', 'second', { ifVersion: first }), 'writing over the named version')
    checkEqual(await entryOf(store, 'k'), { value: 'second', version: second }, 'the entry')
    check(first !== second, 'the new version differs')
  })

  test('refuses to write over any version but the present one, and changes nothing', async ({ store }) => {
    const first = await create(store, 'k', 'first')
    const second = applied(await store.write('k', 'second', { ifVersion: first }), 'the second write')
    const foreign = await create(store, 'other', 'value')
    for (const ifVersion of [first, foreign, `${second} `, second.slice(0, -1), '', '0', '*', 'null']) {
      checkEqual(await store.write('k', 'third', { ifVersion }), 'conflict', `writing over ${ifVersion}`)
    }
    checkEqual(await entryOf(store, 'k'), { value: 'second', version: second }, 'the entry')
  })

  test('refuses to write over an absent key, and creates nothing', async ({ store }) => {
    const foreign = await create(store, 'other', 'value')
    for (const ifVersion of [foreign, '', '0', 'null', 'undefined']) {
      checkEqual(await store.write('k', 'value', { ifVersion }), 'conflict', `writing over ${ifVersion}`)
    }
    checkEqual(await entryOf(store, 'k'), undefined, 'the entry')
  })

  test('removes the named version only', async ({ store }) => {
    const first = await create(store, 'k', 'first')
    const second = applied(await store.write('k', 'second', { ifVersion: first }), 'the second write')
    checkEqual(await store.remove('k', { ifVersion: first }), 'conflict', 'removing an old version')
    checkEqual(await entryOf(store, 'k'), { value: 'second', version: second }, 'the entry')
    checkEqual(await store.remove('k', { ifVersion: second }), 'removed', 'removing the present version')
    checkEqual(await entryOf(store, 'k'), undefined, 'the entry')
  })

  test('removes once: the second removal and the removal of an absent key are conflicts', async ({ store }) => {
    const version = await create(store, 'k', 'value')
    checkEqual(await store.remove('k', { ifVersion: version }), 'removed', 'the first removal')
    checkEqual(await store.remove('k', { ifVersion: version }), 'conflict', 'the second removal')
    checkEqual(await store.remove('absent', { ifVersion: version }), 'conflict', 'removing an absent key')
  })

  test('lets no late write through after a removal, nor after the key was created anew', async ({ store }) => {
    const old = await create(store, 'k', 'value')
    await store.remove('k', { ifVersion: old })
    checkEqual(await store.write('k', 'late', { ifVersion: old }), 'conflict', 'a write after the removal')
    // The same value: a version made from the value would repeat here.
    const version = await create(store, 'k', 'value')
    checkEqual(await store.write('k', 'late', { ifVersion: old }), 'conflict', 'a late write')
    checkEqual(await store.remove('k', { ifVersion: old }), 'conflict', 'a late removal')
    checkEqual(await entryOf(store, 'k'), { value: 'value', version }, 'the entry')
  })

  test('lets no late write through over a tombstone', async ({ store }) => {
    const claimed = await create(store, 'k', 'claimed')
    const closed = applied(await store.write('k', 'closed', { ifVersion: claimed }), 'closing')
    checkEqual(await store.write('k', 'late tokens', { ifVersion: claimed }), 'conflict', 'the late write')
    checkEqual(await entryOf(store, 'k'), { value: 'closed', version: closed }, 'the entry')
  })

  test('never gives a version twice, not for the same value and not after a removal', async ({ store }) => {
    const seen = new Set<string>()
    for (let round = 0; round < 100; round++) {
      const first = await create(store, 'k', 'same')
      const second = applied(await store.write('k', 'same', { ifVersion: first }), 'writing the same value')
      seen.add(first).add(second)
      checkEqual(await store.remove('k', { ifVersion: second }), 'removed', 'the removal')
    }
    checkEqual(seen.size, 200, 'the number of different versions')
  })

  test('keeps keys apart', async ({ store }) => {
    const first = await create(store, 'a', 'value a')
    await create(store, 'b', 'value b')
    applied(await store.write('a', 'new a', { ifVersion: first }), 'writing one key')
    checkEqual((await store.read('b')).entry?.value, 'value b', 'the other value')
  })
}
