import { afterEach, beforeEach, expect, test } from 'vitest'
import { createBench, event, type Bench } from '../../test/bench.ts'

let bench: Bench

beforeEach(async () => {
  bench = createBench()
  await bench.signIn('ada')
})
afterEach(() => bench.close())

const queue = (title: string) => bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event('1', { title }) })
const titles = async () => (await bench.eventsOf('ada')).map(({ summary }) => summary)

/** A worker whose request is on its way, and the way to let it be answered. */
async function workerHeldAt(hold: true | 'request'): Promise<{ release(): Promise<void> }> {
  const { faults, ledger } = bench.sandbox.control
  const fault = faults.add({ match: { operation: 'createEvent' }, hold })
  const drained = bench.another().drain()
  await ledger.waitFor({ stage: 'held' })
  return {
    async release() {
      faults.release(fault)
      await drained
    },
  }
}

test('an edit during a push waits for its end, and is sent then', async () => {
  await queue('First')
  const worker = await workerHeldAt(true)
  await queue('Second')
  await bench.sync.drain()
  expect(bench.calls()).toHaveLength(1)
  await worker.release()
  expect(await titles()).toEqual(['Second'])
  expect(await bench.sync.status('ada')).toMatchObject({ queued: 0 })
})

test('a deletion during a push waits for its end, and is sent then', async () => {
  await queue('First')
  const worker = await workerHeldAt(true)
  await bench.sync.enqueue({ kind: 'delete', user: 'ada', eventId: '1' })
  await worker.release()
  expect(await titles()).toEqual([])
})

test('an edit of before, said again during its push, is not lost', async () => {
  await queue('First')
  const worker = await workerHeldAt(true)
  await queue('Second')
  await queue('First')
  await worker.release()
  expect(await titles()).toEqual(['First'])
})

test.each(['request', true] as const)(
  'the work of a killed worker is taken over when its claim has ended (held: %s)',
  async (hold) => {
    await queue('First')
    const killed = await workerHeldAt(hold)
    bench.sandbox.control.clock.advance(90_000)
    await bench.sync.drain()
    expect(bench.calls()).toHaveLength(1)
    bench.sandbox.control.clock.advance(10_000)
    await queue('Second')
    await bench.sync.drain()
    expect(await titles()).toEqual(['Second'])
    // It was not killed after all, but stood still: what it does now changes nothing.
    await killed.release()
    await bench.sync.drain()
    expect(await titles()).toEqual(['Second'])
  },
)

test('two workers send each event once', async () => {
  for (let id = 1; id <= 20; id += 1) {
    await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event(String(id)) })
  }
  await Promise.all([bench.another().drain(), bench.another().drain()])
  expect(await titles()).toHaveLength(20)
  expect(bench.calls().filter((call) => call === 'createEvent 200')).toHaveLength(20)
  expect(bench.calls().filter((call) => call === 'createEvent 409')).toEqual([])
})

test('a worker that is told to stop leaves its work to the next one at once', async () => {
  await queue('First')
  const stop = new AbortController()
  bench.sandbox.control.faults.add({ match: { operation: 'createEvent' }, hold: 'request' })
  const running = bench.another().run({ signal: stop.signal })
  await bench.sandbox.control.ledger.waitFor({ stage: 'held' })
  stop.abort()
  await running
  await bench.sync.drain()
  expect(await titles()).toEqual(['First'])
})

test('a running worker sends what is queued without being asked', async () => {
  const stop = new AbortController()
  const running = bench.sync.run({ signal: stop.signal })
  for (const title of ['First', 'Second']) {
    await queue(title)
    await expect.poll(titles).toEqual([title])
  }
  stop.abort()
  await running
})
