import { beforeEach, describe, expect, test } from 'vitest'
import {
  ada,
  addGrace,
  type CalendarAnswer,
  createClient,
  type CalendarClient,
  grace,
  hourAt,
  signIn,
} from '../../test/calendar-client.ts'
import { describeCoverage } from '../../test/describe-coverage.ts'
import { loadApiSpec } from '../api/api-spec.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { googleCalendarOperations } from './google-calendar.ts'

const spec = loadApiSpec('google-calendar')
const startMs = Date.UTC(2026, 10, 1)

interface Sample {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | boolean>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

interface Prepared {
  readonly team: string
  readonly eventId: string
  readonly seriesId: string
}

const rule = { role: 'reader', scope: { type: 'user', value: grace } }
const ruleId = `user:${grace}`
const channel = { id: 'c1', type: 'web_hook', address: 'http://127.0.0.1:9/hook' }
const holidays = 'en.usa#holiday@group.v.calendar.google.com'
const event = hourAt('2026-11-03T10:00:00Z')

/** A request that must succeed for each operation. */
function sampleFor(operation: string, { team, eventId, seriesId }: Prepared, resourceId: string = ''): Sample {
  const calendarId = 'primary'
  const samples: Record<string, Sample> = {
    createCalendar: { body: { summary: 'Side project' } },
    getCalendar: { path: { calendarId } },
    replaceCalendar: { path: { calendarId: team }, body: { summary: 'Team south' } },
    updateCalendar: { path: { calendarId: team }, body: { description: 'All of us' } },
    deleteCalendar: { path: { calendarId: team } },
    clearCalendar: { path: { calendarId } },
    transferCalendarOwnership: { path: { calendarId: team }, query: { newDataOwner: grace, useAdminAccess: true } },
    listAclRules: { path: { calendarId } },
    createAclRule: { path: { calendarId }, body: { role: 'owner', scope: { type: 'domain', value: 'example.org' } } },
    watchAclRules: { path: { calendarId }, body: channel },
    getAclRule: { path: { calendarId: team, ruleId } },
    replaceAclRule: { path: { calendarId: team, ruleId }, body: { role: 'writer', scope: rule.scope } },
    updateAclRule: { path: { calendarId: team, ruleId }, body: { role: 'writer' } },
    deleteAclRule: { path: { calendarId: team, ruleId } },
    listEvents: { path: { calendarId } },
    createEvent: { path: { calendarId }, body: event },
    importEvent: { path: { calendarId }, body: { ...event, iCalUID: 'a-uid@example.com' } },
    quickAddEvent: { path: { calendarId }, query: { text: 'Lunch with Grace' } },
    watchEvents: { path: { calendarId }, body: channel },
    getEvent: { path: { calendarId, eventId } },
    replaceEvent: { path: { calendarId, eventId }, body: { ...event, summary: 'Moved' } },
    updateEvent: { path: { calendarId, eventId }, body: { summary: 'Renamed' } },
    deleteEvent: { path: { calendarId, eventId } },
    listEventInstances: { path: { calendarId, eventId: seriesId } },
    moveEvent: { path: { calendarId, eventId }, query: { destination: team } },
    stopChannel: { body: { id: 'c0', resourceId } },
    queryFreeBusy: {
      body: { timeMin: '2026-11-01T00:00:00Z', timeMax: '2026-11-08T00:00:00Z', items: [{ id: calendarId }] },
    },
    addCalendarListEntry: { body: { id: holidays } },
    watchCalendarListEntries: { body: channel },
    getCalendarListEntry: { path: { calendarId } },
    replaceCalendarListEntry: { path: { calendarId: team }, body: { summaryOverride: 'Ours' } },
    updateCalendarListEntry: { path: { calendarId: holidays }, body: { colorId: '3' } },
    removeCalendarListEntry: { path: { calendarId: holidays } },
    watchSettings: { body: channel },
    getSetting: { path: { setting: 'timezone' } },
  }
  return samples[operation] ?? {}
}

let sandbox: Sandbox
let client: CalendarClient

function run(id: string, { path: values = {}, ...more }: Sample): Promise<CalendarAnswer> {
  const operation = spec.operations.find((each) => each.id === id)
  const path = (operation?.path ?? '').replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? 'nobody'),
  )
  return client(operation?.method ?? '', path, more)
}

/** A secondary calendar with a rule, an event, a series: what the seed lacks. */
async function prepare(): Promise<Prepared> {
  const team = String((await client('POST', '/calendars', { body: { summary: 'Team' } })).body.id)
  await client('POST', `/calendars/${encodeURIComponent(team)}/acl`, { body: rule })
  const series = { ...event, start: { ...event.start, timeZone: 'UTC' }, recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] }
  const created = await Promise.all(
    [event, series].map((body) => run('createEvent', { path: { calendarId: 'primary' }, body })),
  )
  const [eventId = '', seriesId = ''] = created.map(({ body }) => String(body.id))
  return { team, eventId, seriesId }
}

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  addGrace(sandbox)
  client = await signIn(sandbox)
})

describe('every operation of the specification', () => {
  test.each(googleCalendarOperations)('%s succeeds with an answer that the specification allows', async (id) => {
    const prepared = await prepare()
    const open = await run('watchSettings', { body: { ...channel, id: 'c0' } })
    const answer = await run(id, sampleFor(id, prepared, String(open.body.resourceId)))
    expect(answer.body).not.toHaveProperty('error')
    expect(answer.status).toBe(Math.min(...(spec.operations.find((each) => each.id === id)?.answers.keys() ?? [])))
  })

  test('is played: all of them were called above, and there are as many as in the document', () => {
    expect(googleCalendarOperations).toHaveLength(38)
    expect(new Set(googleCalendarOperations).size).toBe(38)
  })

  test.each(googleCalendarOperations)('%s refuses a call without a token', async (id) => {
    client = createClient(sandbox, '')
    const { status, body } = await run(id, {})
    expect(status).toBe(401)
    expect(body.error).toEqual({
      code: 401,
      message: 'Invalid Credentials',
      errors: [
        {
          domain: 'global',
          reason: 'authError',
          message: 'Invalid Credentials',
          locationType: 'header',
          location: 'Authorization',
        },
      ],
    })
  })

  test.each(googleCalendarOperations)('%s refuses a token without its scope', async (id) => {
    client = await signIn(sandbox, 'openid')
    const { status, reason } = await run(id, {})
    expect([status, reason]).toEqual([403, 'insufficientPermissions'])
  })

  test.each(googleCalendarOperations)('%s is content with each of its scopes alone', async (id) => {
    const sample = sampleFor(id, await prepare())
    const scopes = spec.operations.find((each) => each.id === id)?.scopes.flat() ?? []
    // These two open some calendars only.
    for (const scope of scopes.filter((each) => !/\.(app\.created|events\.public\.readonly)$/.test(each))) {
      client = await signIn(sandbox, scope)
      const { reason } = await run(id, sample)
      expect(['authError', 'insufficientPermissions', 'requiredAccessLevel']).not.toContain(reason)
    }
  })

  const withId = spec.operations.filter(({ path }) => path.includes('{')).map(({ id }) => id)
  test.each(withId)('%s answers 404 for an id nobody has', async (id) => {
    const { query, body } = sampleFor(id, await prepare())
    const answer = await run(id, { ...(query === undefined ? {} : { query }), body })
    expect([answer.status, answer.reason]).toEqual([404, 'notFound'])
  })

  const documenting = (status: number): string[] =>
    spec.operations.filter(({ answers }) => answers.has(status)).map(({ id }) => id)

  test.each(documenting(304))('%s answers 304 to whoever has this version', async (id) => {
    const sample = sampleFor(id, await prepare())
    const { etag = '' } = (await run(id, sample)).body
    const { status, body } = await run(id, { ...sample, headers: { 'If-None-Match': etag } })
    expect([status, body]).toEqual([304, {}])
  })

  test.each(documenting(412))('%s answers 412 to whoever has another version', async (id) => {
    const sample = sampleFor(id, await prepare())
    const { status, reason } = await run(id, { ...sample, headers: { 'If-Match': '"another"' } })
    expect([status, reason]).toEqual([412, 'conditionNotMet'])
  })

  const withBody = spec.operations.filter(({ body }) => body !== undefined).map(({ id }) => id)
  test.each(withBody)('%s refuses a body that is no JSON, no object, or missing', async (id) => {
    const sample = sampleFor(id, await prepare())
    for (const body of ['{"name": ', '[]', '"text"', 'null', '\uFFFF', undefined]) {
      const answer = await run(id, { ...sample, body })
      expect(answer.status).toBe(400)
      expect(answer.reason).toMatch(/^(required|invalid|parseError)$/)
    }
  })

  test.each(['/nothing', '/calendars/primary/nothing', ''])(
    'there is nothing at "%s", in Google’s words',
    async (path) => {
      const { status, body } = await client('GET', path)
      expect(status).toBe(404)
      expect(body.error).toMatchObject({ code: 404, errors: [{ domain: 'global', reason: 'notFound' }] })
    },
  )

  test('calls are told apart in the ledger', async () => {
    await client('GET', '/colors')
    expect(sandbox.control.ledger.entries({ kind: 'api' }).at(-1)).toMatchObject({
      vendor: 'google',
      api: 'google-calendar',
      operation: 'getColors',
      account: '100000000000000000001',
    })
    expect(ada).toBe(sandbox.control.accounts.list().find(({ vendor }) => vendor === 'google')?.principal)
  })
})

describeCoverage({ spec, base: `https://www.googleapis.com${spec.basePath}`, current: () => sandbox })
