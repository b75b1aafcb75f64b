import type { Store } from '../../store.ts'
import { check, checkEqual, create, type DefineStoreTest, type StoreSubject } from './subject.ts'

const writers = 64

/** Half of the writers through a second handle, where there can be one. */
async function handles({ store, open }: StoreSubject): Promise<(writer: number) => Store> {
  const second = (await open?.()) ?? store
  return (writer) => (writer % 2 === 0 ? store : second)
}

function race<T>(work: (writer: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: writers }, (_, writer) => work(writer)))
}

export function raceTests(test: DefineStoreTest, { rounds }: { rounds: number }): void {
  test(`lets one of ${writers} writers win each of ${rounds} claims`, async (subject) => {
    const handle = await handles(subject)
    await create(subject.store, 'grant', 'active')
    for (let round = 0; round < rounds; round++) {
      const results = await race(async (writer) => {
        const { entry } = await handle(writer).read('grant')
        check(entry !== undefined, 'the entry is there')
        if (entry.value.startsWith(`${round}/`)) return 'conflict'
        return handle(writer).write('grant', `${round}/${writer}`, { ifVersion: entry.version })
      })
      const winners = results.flatMap((result, writer) => (result === 'conflict' ? [] : [{ ...result, writer }]))
      checkEqual(winners.length, 1, `the number of winners of claim ${round}`)
      const { entry } = await subject.store.read('grant')
      const expected = { value: `${round}/${winners[0]?.writer}`, version: winners[0]?.version }
      checkEqual(entry, expected, `the entry after claim ${round}`)
    }
  })

  test('lets one of many creators win', async (subject) => {
    const handle = await handles(subject)
    for (let round = 0; round < 10; round++) {
      const results = await race((writer) => handle(writer).write(`k${round}`, `${writer}`, { ifVersion: null }))
      checkEqual(results.filter((result) => result !== 'conflict').length, 1, 'the number of creators')
      const winner = results.findIndex((result) => result !== 'conflict')
      checkEqual((await subject.store.read(`k${round}`)).entry?.value, `${winner}`, 'the value')
    }
  })

  test('lets an entry be consumed once', async (subject) => {
    const handle = await handles(subject)
    for (let round = 0; round < 10; round++) {
      const version = await create(subject.store, 'attempt', 'sealed')
      const results = await race((writer) => handle(writer).remove('attempt', { ifVersion: version }))
      checkEqual(results.filter((result) => result === 'removed').length, 1, 'the number of removals')
    }
  })

  test('lets either a write or a removal win, never both', async (subject) => {
    const handle = await handles(subject)
    for (let round = 0; round < 10; round++) {
      const ifVersion = await create(subject.store, `k${round}`, 'first')
      const results = await race<'removed' | 'conflict' | { version: string }>((writer) => {
        if (writer % 3 === 0) return handle(writer).remove(`k${round}`, { ifVersion })
        return handle(writer).write(`k${round}`, `${writer}`, { ifVersion })
      })
      checkEqual(results.filter((result) => result !== 'conflict').length, 1, 'the number of winners')
      const there = (await subject.store.read(`k${round}`)).entry !== undefined
      checkEqual(there, !results.includes('removed'), 'the presence of the entry')
    }
  })

  test('never loses a counted step', async (subject) => {
    const handle = await handles(subject)
    await create(subject.store, 'counter', '0')
    const steps = 4
    await race(async (writer) => {
      let conflicts = 0
      for (let done = 0; done < steps;) {
        // Each conflict means that another writer got through in between.
        check(conflicts <= writers * steps, 'a conflict means that another write was applied')
        const { entry } = await handle(writer).read('counter')
        const ifVersion = entry?.version ?? ''
        const result = await handle(writer).write('counter', `${Number(entry?.value) + 1}`, { ifVersion })
        if (result === 'conflict') conflicts++
        else done++
      }
    })
    checkEqual((await subject.store.read('counter')).entry?.value, `${writers * steps}`, 'the counter')
  })
}
