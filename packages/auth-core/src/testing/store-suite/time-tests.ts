import { applied, check, checkEqual, create, listAll, passTime, type DefineStoreTest } from './subject.ts'

const hourMs = 3_600_000

export function timeTests(test: DefineStoreTest, { ownClock }: { ownClock: boolean }): void {
  test('tells the time in whole epoch milliseconds', async ({ store }) => {
    const { nowMs } = await store.read('k')
    check(Number.isSafeInteger(nowMs), `the time (${nowMs}) is a whole number`)
    check(nowMs > Date.UTC(2020, 0) && nowMs < Date.UTC(2120, 0), `the time (${nowMs}) is in epoch milliseconds`)
  })

  test('tells a time that goes forward', async (subject) => {
    const startMs = (await subject.store.read('k')).nowMs
    let lastMs = startMs
    for (let round = 0; round < 100; round++) {
      const { nowMs } = await subject.store.read('k')
      check(nowMs >= lastMs, `the time does not go back (${lastMs}, then ${nowMs})`)
      lastMs = nowMs
    }
    await passTime(subject, 25)
    const passedMs = (await subject.store.read('k')).nowMs - startMs
    check(passedMs >= 25 && passedMs < 60_000, `the time goes forward as fast as time does (25 ms, not ${passedMs} ms)`)
  })

  if (ownClock) {
    test('tells its own time, whatever the clock of the client says', async ({ store }) => {
      const startMs = (await store.read('k')).nowMs
      for (const offsetMs of [hourMs, -hourMs]) {
        const { nowMs } = await withShiftedClock(offsetMs, () => store.read('k'))
        check(Math.abs(nowMs - startMs) < hourMs / 2, `a client clock ${offsetMs} ms off does not move the time`)
      }
      const write = (): ReturnType<typeof store.write> =>
        store.write('k', 'v', { ifVersion: null, expiresInMs: 60_000 })
      applied(await withShiftedClock(-hourMs, write), 'a write from a client that is slow')
      check((await store.read('k')).entry !== undefined, 'the clock of the client does not decide on the expiry')
    })
  }

  test('reads an expired entry as absent, lists it no more and lets its key be created again', async (subject) => {
    const { store } = subject
    const expired = applied(await store.write('k', 'old', { ifVersion: null, expiresInMs: 20 }), 'the first write')
    await passTime(subject, 21)
    checkEqual((await store.read('k')).entry, undefined, 'the entry')
    checkEqual(await listAll(store, ''), [], 'the list')
    checkEqual(await store.write('k', 'late', { ifVersion: expired }), 'conflict', 'a write over what expired')
    checkEqual(await store.remove('k', { ifVersion: expired }), 'conflict', 'the removal of what expired')
    await create(store, 'k', 'new')
    await passTime(subject, 25)
    checkEqual((await store.read('k')).entry?.value, 'new', 'the value')
  })

  test('keeps an entry until it expires', async (subject) => {
    const { store } = subject
    applied(await store.write('k', 'value', { ifVersion: null, expiresInMs: hourMs }), 'the write')
    await passTime(subject, 25)
    checkEqual((await store.read('k')).entry?.value, 'value', 'the value')
    checkEqual(await listAll(store, ''), ['k'], 'the list')
  })

  test('keeps an entry for good once it is written without an expiry', async (subject) => {
    const { store } = subject
    const first = applied(await store.write('k', 'first', { ifVersion: null, expiresInMs: 1000 }), 'the first write')
    applied(await store.write('k', 'second', { ifVersion: first }), 'the second write')
    await passTime(subject, 1001)
    checkEqual((await store.read('k')).entry?.value, 'second', 'the value')
  })

  test('counts an expiry from the last write', async (subject) => {
    const { store } = subject
    const first = applied(await store.write('k', 'first', { ifVersion: null, expiresInMs: 1000 }), 'the first write')
    applied(await store.write('k', 'second', { ifVersion: first, expiresInMs: hourMs }), 'the second write')
    await passTime(subject, 1001)
    checkEqual((await store.read('k')).entry?.value, 'second', 'the value')
  })

  test('keeps everything else when it clears expired entries away', async (subject) => {
    const { store } = subject
    for (let index = 0; index < 150; index++) {
      applied(await store.write(`old ${index}`, 'value', { ifVersion: null, expiresInMs: 1 }), 'a write')
    }
    await create(store, 'for good', 'value')
    applied(await store.write('for long', 'value', { ifVersion: null, expiresInMs: hourMs }), 'a write')
    await passTime(subject, 5)
    for (let index = 0; index < 5; index++) {
      applied(await store.write(`new ${index}`, 'value', { ifVersion: null, expiresInMs: hourMs }), 'a write')
    }
    const expected = ['for good', 'for long', 'new 0', 'new 1', 'new 2', 'new 3', 'new 4']
    checkEqual((await listAll(store, '')).toSorted(), expected, 'the list')
  })
}

async function withShiftedClock<T>(offsetMs: number, work: () => Promise<T>): Promise<T> {
  const realNow = Date.now
  Date.now = () => realNow() + offsetMs
  try {
    return await work()
  } finally {
    Date.now = realNow
  }
}
