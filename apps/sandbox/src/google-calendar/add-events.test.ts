import { expect, test } from 'vitest'
import { addGrace, eventPath, grace, signIn } from '../../test/calendar-client.ts'
import { createSandbox } from '../sandbox.ts'

const startMs = Date.UTC(2026, 10, 1, 9, 30)

test('events are added hour after hour, to whom they are meant for', async () => {
  const sandbox = createSandbox({ startMs })
  addGrace(sandbox)
  const { ids } = sandbox.control.google.addEvents({ count: 3 })
  sandbox.control.google.addEvents({ count: 1, account: grace })
  const client = await signIn(sandbox)
  const { items = [] } = (await client('GET', eventPath(), { query: { orderBy: 'startTime', singleEvents: true } }))
    .body
  expect(items.map(({ id }) => id)).toEqual(ids)
  expect(items.map(({ start }) => Date.parse(start?.dateTime ?? ''))).toEqual(
    [0.5, 1.5, 2.5].map((hours) => startMs + hours * 3600_000),
  )
  const [first] = items
  expect((await client('PATCH', eventPath(first?.id), { body: { summary: 'Own' } })).body.summary).toBe('Own')
})

test('a person or a number that does not exist is refused', () => {
  const { google } = createSandbox().control
  const add = (what: object) => () => google.addEvents(what as never)
  expect(add({ count: 1, account: 'x' })).toThrow(expect.objectContaining({ code: 'unknown_account' }))
  expect(add({ count: 0 })).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  expect(add({ number: 1 })).toThrow(expect.objectContaining({ code: 'invalid_option' }))
})
