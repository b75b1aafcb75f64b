import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  connectedBench,
  createBench,
  deferred,
  exampleKey,
  readRecord,
  rejection,
  rotated,
  type Bench,
} from '../test/bench.ts'
import { clientCredentials, type Connection } from './index.ts'
import { vendorGrant } from './grants/vendor-grant.ts'
import { faultyStore, type FaultyStore } from './testing/index.ts'

// A gateway sees any number of people in its life. What it holds of them must not grow with that number.

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Opens connections that nobody keeps, and uses each once. Gives the way to count those that are still there. */
async function passersBy({ client }: Pick<Bench, 'client'>, count: number): Promise<() => number> {
  const seen: WeakRef<Connection>[] = []
  for (let index = 0; index < count; index += 1) {
    const connection = client.connection(`passer-by-${index}`)
    await connection.status()
    seen.push(new WeakRef(connection))
  }
  return () => seen.filter((each) => each.deref() !== undefined).length
}

/** A weak reference holds until the end of its turn. */
async function collect(): Promise<void> {
  await new Promise((resolve) => void setTimeout(resolve, 0))
  collectGarbage()
}

async function isThere(connection: WeakRef<Connection>): Promise<boolean> {
  await collect()
  return connection.deref() !== undefined
}

describe('accounts', () => {
  it('that nobody holds and that have nothing to do are let go', async () => {
    const bench = createBench([])
    const alive = await passersBy(bench, 5_000)
    await collect()
    expect(alive()).toBeLessThanOrEqual(1_001)
  })

  it('are the same object again while the app holds their connection', async () => {
    const bench = createBench([])
    const { connection } = bench
    await passersBy(bench, 2_500)
    await collect()
    expect(bench.client.connection('ada')).toBe(connection)
  })

  it.each<[string, (client: Bench['client']) => Promise<unknown>]>([
    ['a listener', async (client) => client.connection('ada').onChange(() => undefined)],
    [
      'a token of the app that nobody stores',
      (client) => client.connect('ada', vendorGrant({ name: 'v', grantType: 'g', parameter: 'p', token: 't' })),
    ],
  ])('with %s are kept', async (_what, use) => {
    const bench = createBench([])
    const { client } = bench.another()
    await use(client)
    const connection = new WeakRef(client.connection('ada'))
    const alive = await passersBy({ client }, 2_500)
    expect(await isThere(connection)).toBe(true)
    expect(alive()).toBeLessThan(2_500)
  })

  it('are let go again when their listeners are', async () => {
    const { client } = createBench([]).another()
    let stop: (() => void) | undefined = client.connection('ada').onChange(() => undefined)
    const connection = new WeakRef(client.connection('ada'))
    await passersBy({ client }, 1_500)
    expect(await isThere(connection)).toBe(true)
    stop()
    stop = undefined
    await passersBy({ client }, 2_500)
    expect(await isThere(connection)).toBe(false)
  })

  it('with an answer under way are kept, and disposing waits for them', async () => {
    const answer = deferred<Response>()
    const bench = createBench([() => answer.promise])
    const { client } = bench.another()
    await client.connect('ada', clientCredentials())
    const connection = new WeakRef(client.connection('ada'))
    const token = client.connection('ada').accessToken()
    await passersBy({ client }, 2_500)
    expect(await isThere(connection)).toBe(true)
    let isDisposed = false
    const disposed = Promise.resolve(client[Symbol.asyncDispose]()).then(() => (isDisposed = true))
    await bench.clock.advance(1_000)
    expect(isDisposed).toBe(false)
    answer.resolve(rotated(2))
    await bench.run(disposed)
    expect((await token).value).toBe('at-2')
  })

  it('that were let go and are used again through a connection the app held are kept while at work', async () => {
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise])
    await passersBy(bench, 2_500)
    const refreshed = bench.connection.refresh()
    await bench.clock.advance(0)
    let isDisposed = false
    const disposed = Promise.resolve(bench.client[Symbol.asyncDispose]()).then(() => (isDisposed = true))
    await bench.clock.advance(1_000)
    expect(isDisposed).toBe(false)
    answer.resolve(rotated(2))
    await bench.run(Promise.all([disposed, refreshed]))
  })

  it('whose hook failed are kept until it worked', async () => {
    let fails = true
    const bench = createBench([rotated(1)])
    const { client } = bench.another({
      onTokenRefresh: async () => {
        if (fails) throw new Error('not yet')
      },
    })
    await client.connect('ada', clientCredentials())
    await bench.run(client.connection('ada').accessToken())
    const connection = new WeakRef(client.connection('ada'))
    await passersBy({ client }, 2_500)
    expect(await isThere(connection)).toBe(true)
    fails = false
    await bench.clock.advance(60_000)
    await passersBy({ client }, 2_500)
    expect(await isThere(connection)).toBe(false)
  })

  it('that cannot be stored make the disposal fail only after all the others have ended', async () => {
    const answers = { ada: deferred<Response>(), bob: deferred<Response>() }
    let store!: FaultyStore
    const bench = createBench([() => answers.ada.promise, () => answers.bob.promise], {
      store: (memory) => (store = faultyStore(memory)),
    })
    const tokens: Promise<unknown>[] = []
    for (const name of ['ada', 'bob']) {
      await bench.client.connect(name, clientCredentials())
      tokens.push(
        bench.client
          .connection(name)
          .accessToken()
          .catch(() => undefined),
      )
      await bench.clock.advance(0)
    }
    store.fault({ step: 'write', key: exampleKey('ada'), effect: 'throw', times: 10_000 })
    answers.ada.resolve(rotated(1))
    await bench.clock.advance(5_000)
    let problem: unknown
    const disposed = rejection(Promise.resolve(bench.client[Symbol.asyncDispose]())).then((error) => (problem = error))
    await bench.clock.advance(46_000)
    expect(problem).toBeUndefined()
    answers.bob.resolve(rotated(2))
    await bench.run(disposed)
    expect(problem).toMatchObject({ code: 'tokens_unsaved', account: 'ada' })
    expect((await readRecord(bench.store, exampleKey('bob'))).tokens).toMatchObject({ accessToken: 'at-2' })
    await Promise.all(tokens)
  })
})
