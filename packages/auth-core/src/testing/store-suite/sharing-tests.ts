import type { Store } from '../../store.ts'
import { applied, check, checkEqual, create, listAll, type DefineStoreTest } from './subject.ts'

export function sharingTests(test: DefineStoreTest): void {
  test('shows a settled write to the next read of another handle', async ({ store, open }) => {
    const other = (await open?.()) ?? store
    let version: string | null = null
    for (let round = 0; round < 20; round++) {
      const [writer, reader] = round % 2 === 0 ? [store, other] : [other, store]
      version = applied(await writer.write('k', `${round}`, { ifVersion: version }), `write ${round}`)
      checkEqual((await reader.read('k')).entry, { value: `${round}`, version }, 'the entry in the other handle')
    }
    checkEqual(await listAll(other, ''), ['k'], 'the list of the other handle')
    checkEqual(await other.remove('k', { ifVersion: version ?? '' }), 'removed', 'the removal')
    checkEqual((await store.read('k')).entry, undefined, 'the entry after the removal')
  })

  test('keeps its entries and gives no version again after a restart, as its durability says', async (subject) => {
    if (subject.store.durability === 'volatile') return
    check(subject.reopen !== undefined, 'the subject of a store that is not volatile can be reopened')
    let store: Store = subject.store
    let version = await create(store, 'k', 'first')
    const seen = new Set([version])
    const gone = await create(store, 'gone', 'value')
    await store.remove('gone', { ifVersion: gone })
    for (let restart = 1; restart <= 3; restart++) {
      store = await subject.reopen()
      checkEqual((await store.read('k')).entry?.version, version, 'the version after a restart')
      version = applied(await store.write('k', `${restart}`, { ifVersion: version }), 'a write after a restart')
      seen.add(version)
      checkEqual(seen.size, restart + 1, 'the number of different versions')
      checkEqual(await store.write('gone', 'late', { ifVersion: gone }), 'conflict', 'a write from before the removal')
    }
    checkEqual((await store.read('k')).entry?.value, '3', 'the value')
    const recreated = await create(store, 'gone', 'value')
    check(recreated !== gone, 'a version from before the restart does not come again')
  })

  test('tells subscribers of a change, if it can, once the change can be read', async ({ store }) => {
    if (!store.subscribe) return
    const { promise: noticed, resolve } = Promise.withResolvers<string | undefined>()
    const unsubscribe = store.subscribe('k', () => void store.read('k').then(({ entry }) => resolve(entry?.value)))
    await create(store, 'k', 'value')
    checkEqual(await soon(noticed), 'value', 'the value that a subscriber reads')
    unsubscribe()
    unsubscribe()
  })

  test('tells nothing to who unsubscribed', async ({ store }) => {
    if (!store.subscribe) return
    let late = 0
    store.subscribe('k', () => void late++)()
    const { promise: noticed, resolve } = Promise.withResolvers<void>()
    const unsubscribe = store.subscribe('k', resolve)
    await create(store, 'k', 'value')
    await soon(noticed)
    unsubscribe()
    checkEqual(late, 0, 'the number of notices')
  })
}

/** A notice may be late, but one that takes longer than this helps nobody. */
async function soon<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Expected a notice of the change within 5 s.')), 5000)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
