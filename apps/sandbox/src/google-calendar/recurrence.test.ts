import { beforeEach, describe, expect, test } from 'vitest'
import { type Body, type CalendarAnswer, type CalendarClient, eventPath, signIn } from '../../test/calendar-client.ts'
import { createSandbox } from '../sandbox.ts'

const zone = 'America/New_York'
let client: CalendarClient

beforeEach(async () => {
  client = await signIn(createSandbox({ startMs: Date.UTC(2026, 9, 1) }))
})

async function createSeries(recurrence: readonly string[], more: object = {}): Promise<string> {
  const body = {
    summary: 'Daily',
    start: { dateTime: '2026-10-30T09:00:00-04:00', timeZone: zone },
    end: { dateTime: '2026-10-30T10:00:00-04:00', timeZone: zone },
    recurrence,
    ...more,
  }
  const answer = await client('POST', eventPath(), { body })
  expect(answer.body).not.toHaveProperty('error')
  return String(answer.body.id)
}

const instances = (id: string, query = {}): Promise<CalendarAnswer> =>
  client('GET', `${eventPath(id)}/instances`, { query })

async function starts(id: string, query = {}): Promise<unknown[]> {
  const { body } = await instances(id, query)
  return body.items?.map(({ start }) => start?.dateTime ?? start?.date) ?? []
}

async function idsOf(query: Record<string, string | boolean>): Promise<unknown[]> {
  return (await client('GET', eventPath(), { query })).body.items?.map(({ id }) => id) ?? []
}

describe('the instances of a series', () => {
  test('keep their hour on the wall when the clocks change', async () => {
    const id = await createSeries(['RRULE:FREQ=DAILY;COUNT=4'])
    expect(await starts(id)).toEqual([
      '2026-10-30T09:00:00-04:00',
      '2026-10-31T09:00:00-04:00',
      '2026-11-01T09:00:00-05:00',
      '2026-11-02T09:00:00-05:00',
    ])
  })

  test('have ids and origins made of the series and their original start', async () => {
    const id = await createSeries(['RRULE:FREQ=DAILY;COUNT=4'])
    const { body } = await client('GET', eventPath(`${id}_20261101T140000Z`))
    expect(body).toMatchObject({
      id: `${id}_20261101T140000Z`,
      recurringEventId: id,
      originalStartTime: { dateTime: '2026-11-01T09:00:00-05:00', timeZone: zone },
      end: { dateTime: '2026-11-01T10:00:00-05:00' },
      iCalUID: `${id}@google.com`,
    })
    expect(body).not.toHaveProperty('recurrence')
    for (const wrong of ['20261101T130000Z', '20261101', '20269999T990000Z', '20261105T140000Z']) {
      expect(await client('GET', eventPath(`${id}_${wrong}`))).toMatchObject({ status: 404 })
    }
  })

  test('of whole days are named by the day', async () => {
    const days = { start: { date: '2026-10-30' }, end: { date: '2026-11-01' } }
    const id = await createSeries(
      ['RRULE:FREQ=WEEKLY;UNTIL=20261113', 'EXDATE;VALUE=DATE:20261106', 'RDATE;VALUE=DATE:20261108'],
      days,
    )
    expect(await starts(id)).toEqual(['2026-10-30', '2026-11-08', '2026-11-13'])
    expect((await client('GET', eventPath(`${id}_20261113`))).body).toMatchObject({
      start: { date: '2026-11-13' },
      end: { date: '2026-11-15' },
      originalStartTime: { date: '2026-11-13' },
    })
  })

  test('follow added and excluded dates in zones of their own, and forgive vendors’ parameters', async () => {
    const id = await createSeries([
      'RRULE:FREQ=DAILY;COUNT=3;X-EVOLUTION-ENDDATE=20261101T130000Z',
      'EXDATE;TZID=Europe/Paris:20261031T140000',
      'RDATE;TZID=Europe/Paris:20261120T180000',
    ])
    expect(await starts(id)).toEqual([
      '2026-10-30T09:00:00-04:00',
      '2026-11-01T09:00:00-05:00',
      '2026-11-20T12:00:00-05:00',
    ])
  })

  test('of a series without an end stop somewhere, unless a window is asked for', async () => {
    const id = await createSeries(['RRULE:FREQ=YEARLY'])
    expect((await starts(id)).length).toBeLessThan(10)
    const query = { timeMin: '2046-01-01T00:00:00Z', timeMax: '2048-01-01T00:00:00Z' }
    expect(await starts(id, query)).toEqual(['2046-10-30T09:00:00-04:00', '2047-10-30T09:00:00-04:00'])
    expect(await idsOf(query)).toEqual([id])
    expect(await idsOf({ ...query, singleEvents: true })).toEqual([`${id}_20461030T130000Z`, `${id}_20471030T130000Z`])
  })

  test('come every hour, but a rule that nobody could list is refused, and so is a window too wide', async () => {
    const id = await createSeries(['RRULE:FREQ=HOURLY'])
    const inTime = { timeMin: '2027-01-01T00:00:00Z', timeMax: '2027-01-01T03:00:00Z' }
    expect(await starts(id, inTime)).toHaveLength(3)
    const tooWide = { timeMax: '2046-01-01T00:00:00Z' }
    expect(await instances(id, tooWide)).toMatchObject({ status: 400, reason: 'timeRangeTooLong' })
    const { start, end } = (await client('GET', eventPath(id))).body
    const body = { start, end, recurrence: ['RRULE:FREQ=SECONDLY'] }
    expect(await client('POST', eventPath(), { body })).toMatchObject({ status: 400, reason: 'invalid' })
  })

  test('are found by their original start, after a move too', async () => {
    const id = await createSeries(['RRULE:FREQ=DAILY;COUNT=3'])
    const moved = { start: { dateTime: '2026-11-20T09:00:00-05:00' }, end: { dateTime: '2026-11-20T10:00:00-05:00' } }
    await client('PATCH', eventPath(`${id}_20261031T130000Z`), { body: moved })
    const { body } = await instances(id, { originalStart: '2026-10-31T09:00:00-04:00' })
    expect(body.items).toMatchObject([
      { id: `${id}_20261031T130000Z`, start: { dateTime: '2026-11-20T09:00:00-05:00' } },
    ])
  })
})

describe('a changed instance', () => {
  let id: string
  let instance: string

  beforeEach(async () => {
    id = await createSeries(['RRULE:FREQ=DAILY;COUNT=3'])
    instance = `${id}_20261031T130000Z`
  })

  test('stands beside its series, and among its siblings', async () => {
    await client('PATCH', eventPath(instance), { body: { summary: 'Special' } })
    expect(await idsOf({})).toEqual([id, instance])
    const names = (await instances(id)).body.items?.map(({ summary }: Body) => summary)
    expect(names).toEqual(['Daily', 'Special', 'Daily'])
    expect((await client('GET', eventPath(id))).body).toMatchObject({ summary: 'Daily' })
  })

  test('that was cancelled is still told of, as long as the series lives', async () => {
    expect((await client('DELETE', eventPath(instance))).status).toBe(204)
    expect(await client('DELETE', eventPath(instance))).toMatchObject({ status: 410, reason: 'deleted' })
    expect(await starts(id)).toHaveLength(2)
    const { body } = await client('GET', eventPath())
    expect(body.items?.[1]).toEqual({
      kind: 'calendar#event',
      etag: expect.any(String),
      id: instance,
      status: 'cancelled',
      recurringEventId: id,
      originalStartTime: { dateTime: '2026-10-31T09:00:00-04:00', timeZone: zone },
    })
    expect(await idsOf({ singleEvents: true })).toHaveLength(2)
    expect(await idsOf({ singleEvents: true, showDeleted: true })).toHaveLength(3)
    await client('DELETE', eventPath(id))
    expect(await idsOf({})).toEqual([])
  })

  test('is none if the change changes nothing', async () => {
    const { body } = await client('PATCH', eventPath(instance), { body: { summary: 'Daily' } })
    expect(body).toMatchObject({ id: instance, summary: 'Daily' })
    expect(await idsOf({})).toEqual([id])
  })

  test('ends when the series no longer has it', async () => {
    await client('PATCH', eventPath(instance), { body: { summary: 'Special' } })
    await client('PATCH', eventPath(id), { body: { recurrence: ['RRULE:FREQ=DAILY;COUNT=1'] } })
    expect((await client('GET', eventPath(instance))).body).toMatchObject({ status: 'cancelled' })
    expect(await starts(id)).toEqual(['2026-10-30T09:00:00-04:00'])
  })

  test('takes no recurrence of its own', async () => {
    const { body } = await client('PATCH', eventPath(instance), {
      body: { recurrence: ['RRULE:FREQ=DAILY'], summary: 'x' },
    })
    expect(body).not.toHaveProperty('recurrence')
  })
})
