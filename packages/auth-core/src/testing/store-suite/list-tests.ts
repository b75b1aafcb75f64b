import { check, checkEqual, create, listAll, type DefineStoreTest } from './subject.ts'

const manyKeys = Array.from({ length: 1100 }, (_, index) => `many/${index}`)

export function listTests(test: DefineStoreTest): void {
  test('lists nothing in an empty store', async ({ store }) => {
    checkEqual(await listAll(store, ''), [], 'the list')
  })

  test('lists a key from its creation to its removal', async ({ store }) => {
    const version = await create(store, 'k', 'value')
    checkEqual(await listAll(store, 'k'), ['k'], 'the list')
    await store.remove('k', { ifVersion: version })
    checkEqual(await listAll(store, 'k'), [], 'the list after the removal')
  })

  test('lists more keys than fit on a page, each once', async ({ store }) => {
    for (const key of manyKeys) await create(store, key, 'value')
    await create(store, 'man', 'a neighbour')
    await create(store, 'many0', 'a neighbour')
    checkEqual((await listAll(store, 'many/')).toSorted(), manyKeys.toSorted(), 'the list')
  })

  test('lists each key once that is there all the time, whatever comes and goes between pages', async ({ store }) => {
    const versions = new Map<string, string>()
    for (const key of manyKeys) versions.set(key, await create(store, key, 'value'))
    const seen: string[] = []
    const removed = new Set<string>()
    let page = await store.list('many/')
    seen.push(...page.keys)
    for (let round = 0; page.cursor !== undefined; round++) {
      check(round < manyKeys.length, 'the list comes to an end')
      // Of what was listed already, something goes and something changes; something new comes at both ends.
      for (const key of page.keys.slice(0, 10)) {
        await store.remove(key, { ifVersion: versions.get(key) ?? '' })
        removed.add(key)
      }
      await create(store, `many/ new ${round}`, 'value')
      await create(store, `many/~new ${round}`, 'value')
      page = await store.list('many/', { cursor: page.cursor })
      seen.push(...page.keys)
    }
    const stayed = manyKeys.filter((key) => !removed.has(key))
    const times = Map.groupBy(seen, (key) => key)
    for (const key of stayed) checkEqual(times.get(key)?.length, 1, `the number of times that ${key} is listed`)
  })
}
