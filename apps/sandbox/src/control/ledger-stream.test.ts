import { beforeEach, expect, test } from 'vitest'
import { type LedgerEvent, readEvents, readUntil } from '../../test/read-events.ts'
import { origin, refresh, signIn, startMs } from '../../test/play-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { streamLedger } from './ledger-stream.ts'

let sandbox: Sandbox

beforeEach(() => {
  sandbox = createSandbox({ startMs, rotation: 'strict' })
})

const metadata = () => sandbox.fetch(`${origin}/.well-known/oauth-authorization-server`)
const isAnswered = (seq: number) => (event: LedgerEvent) => event.entry.seq === seq && event.entry.stage === 'answered'

test('begins with all that happened, each entry once as it is now', async () => {
  await signIn(sandbox)
  const events = await readUntil(readEvents(sandbox), isAnswered(3))
  expect(events.map(({ type, entry }) => [type, entry.seq])).toEqual([
    ['entry', 1],
    ['entry', 2],
    ['entry', 3],
  ])
  expect(events.map(({ entry }) => entry)).toEqual(sandbox.control.ledger.entries())
})

test('goes on with what happens, and tells again of an entry that changed', async () => {
  const events = readEvents(sandbox)
  const id = sandbox.control.faults.add({ match: { kind: 'metadata' }, hold: true })
  const held = readUntil(events, ({ entry }) => entry.stage === 'held')
  const answer = metadata()
  expect((await held).at(-1)?.entry).toMatchObject({ seq: 1, stage: 'held', processed: true })
  const rest = readUntil(readEvents(sandbox), isAnswered(1))
  sandbox.control.faults.release(id)
  await answer
  expect((await rest).at(-1)?.entry).toMatchObject({ seq: 1, status: 200 })
})

test('goes on after Last-Event-ID: tells nothing twice, and misses no change of an entry it told of before', async () => {
  await metadata()
  const id = sandbox.control.faults.add({ match: { kind: 'metadata' }, hold: true })
  const held = metadata()
  await sandbox.control.ledger.waitFor({ stage: 'held' })
  const first = await readUntil(readEvents(sandbox), ({ entry }) => entry.stage === 'held')
  const last = first.at(-1)?.id
  await metadata()
  sandbox.control.faults.release(id)
  await held
  const rest = await readUntil(readEvents(sandbox, last), isAnswered(2))
  expect(rest.map(({ entry }) => entry.seq)).toEqual([3, 2])
})

test('gives ids that rise, however much changed while nobody read', async () => {
  const unread = readEvents(sandbox)
  const first = unread.next()
  await metadata()
  await first
  const id = sandbox.control.faults.add({ match: { kind: 'metadata' }, hold: true })
  const held = metadata()
  await sandbox.control.ledger.waitFor({ stage: 'held' })
  await metadata()
  sandbox.control.faults.release(id)
  await held
  await metadata()
  const events = await readUntil(unread, isAnswered(4))
  const numbers = events.map((event) => Number(event.id?.split('.')[1]))
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  expect(events.map(({ entry }) => entry.seq)).toContain(2)
})

test('starts anew for who comes from before a reset, or from another sandbox', async () => {
  await metadata()
  const [first] = await readUntil(readEvents(sandbox), isAnswered(1))
  sandbox.control.reset()
  await metadata()
  for (const id of [first?.id, 'made-up', '.1', '']) {
    const events = await readUntil(readEvents(sandbox, id), isAnswered(1))
    expect(events.map(({ type }) => type)).toEqual(['restart', 'entry'])
  }
})

test('tells of a reset, and of nothing more from before it', async () => {
  await metadata()
  const events = readEvents(sandbox)
  const told = readUntil(events, ({ type }) => type === 'restart')
  sandbox.control.faults.add({ match: { kind: 'metadata' }, hold: true })
  const held = metadata()
  await sandbox.control.ledger.waitFor({ stage: 'held' })
  sandbox.control.reset()
  await Promise.all([told, held])
  await metadata()
  const after = await readUntil(readEvents(sandbox), isAnswered(1))
  expect(after.map(({ entry }) => entry.seq)).toEqual([1])
})

test('ends with the sandbox', async () => {
  await metadata()
  const all = readUntil(readEvents(sandbox), () => false)
  await sandbox.close()
  expect((await all).map(({ entry }) => entry.seq)).toEqual([1])
})

test('lets go of a reader who goes away', async () => {
  let followers = 0
  const follow = () => {
    followers += 1
    return () => (followers -= 1)
  }
  const { body } = streamLedger({ follow }, null)
  expect(followers).toBe(1)
  await body?.cancel()
  expect(followers).toBe(0)
})

test('writes no secret', async () => {
  const first = await signIn(sandbox)
  const second = await refresh(sandbox, first.refresh)
  const written = JSON.stringify(await readUntil(readEvents(sandbox), isAnswered(4)))
  for (const secret of [first.access, first.refresh, second.access, second.refresh]) {
    expect(secret).not.toBe('')
    expect(written).not.toContain(secret)
  }
})

test('brings more entries than go into one write to a reader who is late', async () => {
  await Promise.all(Array.from({ length: 1000 }, metadata))
  const events = await readUntil(readEvents(sandbox), ({ entry }) => entry.seq === 1000)
  expect(new Set(events.map(({ entry }) => entry.seq)).size).toBe(1000)
})
