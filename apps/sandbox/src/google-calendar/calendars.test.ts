import { beforeEach, describe, expect, test } from 'vitest'
import {
  ada,
  addGrace,
  type CalendarClient,
  eventPath,
  full,
  grace,
  hourAt,
  signIn,
} from '../../test/calendar-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

const startMs = Date.UTC(2026, 10, 1)
const holidays = 'en.usa#holiday@group.v.calendar.google.com'
const lists = '/users/me/calendarList'
let sandbox: Sandbox
let client: CalendarClient
let other: CalendarClient
let team: string

const calendarPath = (id: string, below = ''): string => `/calendars/${encodeURIComponent(id)}${below}`
const share = (id: string, role: string, scope: object) =>
  client('POST', calendarPath(id, '/acl'), { body: { role, scope } })
const withGrace = { type: 'user', value: grace }

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  addGrace(sandbox)
  client = await signIn(sandbox)
  other = await signIn(sandbox, full, grace)
  team = String((await client('POST', '/calendars', { body: { summary: 'Team' } })).body.id)
})

describe('the start', () => {
  test('a person has a primary calendar with their address as its id, and one of holidays', async () => {
    const { body } = await other('GET', lists)
    expect(body.items).toMatchObject([
      { id: grace, primary: true, accessRole: 'owner', summary: 'Grace Example' },
      { id: holidays, accessRole: 'reader' },
    ])
    expect(body.items?.[1]).not.toHaveProperty('primary')
    const days = await other('GET', eventPath('', holidays))
    expect(days.body.items?.[0]).toMatchObject({ summary: 'New Year’s Day', start: { date: '2026-01-01' } })
    expect(await other('POST', eventPath('', holidays), { body: hourAt('2026-11-03T10:00:00Z') })).toMatchObject({
      status: 403,
      reason: 'requiredAccessLevel',
    })
  })

  test('is the same for the same seed, ids and etags too', async () => {
    const tell = async (): Promise<unknown> => {
      const again = await signIn(createSandbox({ startMs, seed: 'one' }))
      const { body } = await again('POST', eventPath(), { body: hourAt('2026-11-03T10:00:00Z') })
      return [body, (await again('GET', lists)).body]
    }
    expect(await tell()).toEqual(await tell())
  })

  test('comes back by reset', async () => {
    await client('POST', eventPath(), { body: hourAt('2026-11-03T10:00:00Z') })
    sandbox.control.reset()
    const again = await signIn(sandbox)
    expect((await again('GET', eventPath())).body.items).toEqual([])
    expect((await again('GET', lists)).body.items).toHaveLength(2)
  })
})

describe('calendars', () => {
  test('are made, changed and deleted; what is deleted stays in lists as such', async () => {
    const { body } = await client('GET', calendarPath(team))
    expect(body).toMatchObject({ id: team, summary: 'Team', timeZone: 'UTC', dataOwner: ada, etag: expect.any(String) })
    const patched = await client('PATCH', calendarPath(team), {
      body: { description: 'All', timeZone: 'Europe/Paris' },
    })
    expect(patched.body).toMatchObject({ summary: 'Team', description: 'All', timeZone: 'Europe/Paris' })
    const replaced = await client('PUT', calendarPath(team), { body: { summary: 'South' } })
    expect(replaced.body).toMatchObject({ summary: 'South', timeZone: 'Europe/Paris' })
    expect(replaced.body).not.toHaveProperty('description')
    const { nextSyncToken: syncToken = '' } = (await client('GET', lists)).body
    expect((await client('DELETE', calendarPath(team))).status).toBe(204)
    expect((await client('GET', calendarPath(team))).status).toBe(404)
    const { body: changed } = await client('GET', lists, { query: { syncToken } })
    expect(changed.items).toEqual([
      { kind: 'calendar#calendarListEntry', etag: expect.any(String), id: team, defaultReminders: [], deleted: true },
    ])
  })

  test.each([
    ['POST', '/calendars', { summary: 'x', timeZone: 'Mars/Olympus' }, 'invalid'],
    ['POST', '/calendars', { timeZone: 'UTC' }, 'required'],
    ['DELETE', '/calendars/primary', undefined, 'invalid'],
  ])('%s %s %j is refused: %s', async (method, path, body, reason) => {
    expect(await client(method, path, { body })).toMatchObject({ status: 400, reason })
  })

  test('a primary one is cleared, no other', async () => {
    await client('POST', eventPath(), { body: hourAt('2026-11-03T10:00:00Z') })
    expect((await client('POST', '/calendars/primary/clear')).status).toBe(204)
    expect((await client('GET', eventPath())).body.items).toEqual([])
    expect((await client('POST', calendarPath(team, '/clear'))).status).toBe(400)
  })

  test('are given away by an administrator', async () => {
    const query = { newDataOwner: grace, useAdminAccess: true }
    expect((await other('GET', calendarPath(team))).status).toBe(404)
    expect((await client('POST', calendarPath(team, '/transferOwnership'), { query })).status).toBe(200)
    expect((await other('GET', calendarPath(team))).body.dataOwner).toBe(grace)
    const noAdmin = { vendor: 'google', accountKey: '3', principal: 'bob.example@example.com', admin: false } as const
    sandbox.control.accounts.add(noAdmin)
    const bob = await signIn(sandbox, full, noAdmin.principal)
    expect(await bob('POST', calendarPath(team, '/transferOwnership'), { query })).toMatchObject({
      status: 403,
      reason: 'forbidden',
    })
    expect(
      (await client('POST', calendarPath(team, '/transferOwnership'), { query: { ...query, useAdminAccess: false } }))
        .status,
    ).toBe(403)
  })
})

describe('access rules', () => {
  test('have ids of type and value, and are gone with the role none', async () => {
    const { body } = await share(team, 'reader', withGrace)
    expect(body).toMatchObject({ kind: 'calendar#aclRule', id: `user:${grace}`, role: 'reader', scope: withGrace })
    const path = calendarPath(team, `/acl/${encodeURIComponent(`user:${grace}`)}`)
    expect((await client('GET', path)).body).toEqual(body)
    const { nextSyncToken: syncToken = '', items } = (await client('GET', calendarPath(team, '/acl'))).body
    expect(items).toMatchObject([{ id: `user:${ada}`, role: 'owner' }, { id: `user:${grace}` }])
    expect((await client('DELETE', path)).status).toBe(204)
    expect((await client('GET', path)).status).toBe(404)
    const changed = await client('GET', calendarPath(team, '/acl'), { query: { syncToken } })
    expect(changed.body.items).toMatchObject([{ id: `user:${grace}`, role: 'none' }])
  })

  test('the public one has the id default, and the value that was seen', async () => {
    const { body } = await share(team, 'reader', { type: 'default' })
    expect(body).toMatchObject({
      id: 'default',
      scope: { type: 'default', value: '__public_principal__@public.calendar.google.com' },
    })
    expect((await other('GET', eventPath('', team))).status).toBe(200)
  })

  test.each([
    [{ role: 'king', scope: withGrace }, 400, 'invalid'],
    [{ role: 'reader', scope: { type: 'tribe', value: 'x' } }, 400, 'invalid'],
    [{ role: 'reader', scope: { type: 'user' } }, 400, 'required'],
    [{ role: 'none', scope: { type: 'user', value: ada } }, 403, 'forbidden'],
  ])('%j is refused: %i %s', async (body, status, reason) => {
    expect(await client('POST', calendarPath(team, '/acl'), { body })).toMatchObject({ status, reason })
  })

  test.each([
    ['none', 404, 404, 404],
    ['freeBusyReader', 200, 403, 403],
    ['reader', 200, 403, 403],
    ['writer', 200, 200, 403],
    ['owner', 200, 200, 200],
  ])('as %s: reading %i, writing %i, sharing %i', async (role, reading, writing, sharing) => {
    if (role !== 'none') await share(team, role, { type: 'domain', value: 'example.com' })
    const body = hourAt('2026-11-03T10:00:00Z')
    expect((await other('GET', eventPath('', team))).status).toBe(reading)
    const written = await other('POST', eventPath('', team), { body })
    expect(written.status).toBe(writing)
    if (writing === 403) expect(written.reason).toBe('requiredAccessLevel')
    expect((await other('GET', calendarPath(team, '/acl'))).status).toBe(sharing)
  })

  test('show a stranger’s private events as busy, and with free/busy access all of them', async () => {
    const secret = { ...hourAt('2026-11-03T10:00:00Z'), summary: 'Doctor', visibility: 'private' }
    await client('POST', eventPath('', team), { body: secret })
    await client('POST', eventPath('', team), { body: { ...secret, summary: 'Open', visibility: 'default' } })
    const seen = async (): Promise<unknown> =>
      (await other('GET', eventPath('', team))).body.items?.map(({ summary }) => summary)
    await share(team, 'reader', withGrace)
    expect(await seen()).toEqual([undefined, 'Open'])
    await share(team, 'freeBusyReader', withGrace)
    expect(await seen()).toEqual([undefined, undefined])
    await share(team, 'writer', withGrace)
    expect(await seen()).toEqual(['Doctor', 'Open'])
  })
})

describe('scopes for some calendars', () => {
  const scope = (name: string): string => `https://www.googleapis.com/auth/calendar.${name}`

  test('of owned ones refuse a calendar of somebody else', async () => {
    await share(team, 'writer', withGrace)
    const owned = await signIn(sandbox, scope('events.owned'), grace)
    expect((await owned('GET', eventPath())).status).toBe(200)
    expect(await owned('GET', eventPath('', team))).toMatchObject({ status: 403, reason: 'insufficientPermissions' })
  })

  test('of public ones, and of those that the client has made', async () => {
    const open = await signIn(sandbox, scope('events.public.readonly'))
    expect((await open('GET', eventPath('', holidays))).status).toBe(200)
    expect((await open('GET', eventPath())).reason).toBe('insufficientPermissions')
    const made = await signIn(sandbox, scope('app.created'))
    expect((await made('GET', eventPath('', team))).status).toBe(200)
    expect((await made('GET', eventPath())).reason).toBe('insufficientPermissions')
  })

  test('of free and busy show times only', async () => {
    await client('POST', eventPath(), { body: hourAt('2026-11-03T10:00:00Z') })
    const times = await signIn(sandbox, scope('events.freebusy'))
    const { body } = await times('GET', eventPath())
    expect(body.items?.[0]).toMatchObject({ start: { dateTime: '2026-11-03T05:00:00-05:00' } })
    expect(body.items?.[0]).not.toHaveProperty('summary')
  })
})

describe('the list of calendars', () => {
  const entry = `${lists}/${encodeURIComponent(holidays)}`

  test('is changed, left and joined', async () => {
    const patched = await client('PATCH', entry, { body: { summaryOverride: 'Days off', colorId: '2', hidden: true } })
    expect(patched.body).toMatchObject({ summaryOverride: 'Days off', backgroundColor: '#d06b64', hidden: true })
    const ids = async (query = {}): Promise<unknown> =>
      (await client('GET', lists, { query })).body.items?.map(({ id }) => id)
    expect(await ids()).toEqual([ada, team])
    expect(await ids({ showHidden: true })).toEqual([ada, holidays, team])
    expect(await ids({ minAccessRole: 'owner', showHidden: true })).toEqual([ada, team])
    expect((await client('DELETE', entry)).status).toBe(204)
    expect((await client('GET', entry)).status).toBe(404)
    expect((await client('POST', lists, { body: { id: holidays } })).body).not.toHaveProperty('summaryOverride')
    expect(await ids()).toEqual([ada, holidays, team])
  })

  test('takes a colour by its value only if the query says so', async () => {
    const body = { backgroundColor: '#123456', foregroundColor: '#ffffff' }
    expect((await client('PATCH', entry, { body })).body).not.toMatchObject(body)
    expect((await client('PATCH', entry, { body, query: { colorRgbFormat: true } })).body).toMatchObject(body)
  })

  test('refuses with a sync token what would hide something', async () => {
    const { nextSyncToken: syncToken = '' } = (await client('GET', lists)).body
    for (const more of [{ showHidden: false }, { showDeleted: false }, { minAccessRole: 'owner' }]) {
      expect(await client('GET', lists, { query: { syncToken, ...more } })).toMatchObject({
        status: 400,
        reason: 'invalid',
      })
    }
  })

  test('does not keep somebody out, and does not let in', async () => {
    expect(await other('POST', lists, { body: { id: team } })).toMatchObject({ status: 404 })
    expect(await client('DELETE', `${lists}/primary`)).toMatchObject({ status: 403, reason: 'forbidden' })
  })
})

test('settings are strings, and colours a palette', async () => {
  const { body } = await client('GET', '/users/me/settings', { query: { maxResults: 250 } })
  expect(body.items?.every(({ value }) => typeof value === 'string')).toBe(true)
  expect((await client('GET', '/users/me/settings/timezone')).body.value).toBe('America/New_York')
  const colors = (await client('GET', '/colors')).body
  expect(colors.updated).toBe('2012-02-14T00:00:00.000Z')
  expect(Object.keys(colors.event ?? {})).toHaveLength(11)
  expect(colors.calendar).toMatchObject({ 24: { background: '#a47ae2', foreground: '#1d1d1d' } })
})

describe('free and busy', () => {
  const ask = (body: object) =>
    client('POST', '/freeBusy', {
      body: { timeMin: '2026-11-03T00:00:00Z', timeMax: '2026-11-04T00:00:00Z', items: [{ id: 'primary' }], ...body },
    })
  const at = (hour: number, more = {}) =>
    client('POST', eventPath(), { body: { ...hourAt(`2026-11-03T${String(hour).padStart(2, '0')}:00:00Z`), ...more } })

  test('merges what touches, cuts at the ends, and leaves out what takes no time', async () => {
    await at(9)
    await at(10)
    await at(14, { transparency: 'transparent' })
    await at(16, { attendees: [{ email: ada, responseStatus: 'declined' }] })
    const series = {
      start: { dateTime: '2026-11-02T23:30:00Z', timeZone: 'UTC' },
      end: { dateTime: '2026-11-03T00:30:00Z' },
    }
    await at(20, { ...series, recurrence: ['RRULE:FREQ=DAILY;COUNT=5'] })
    const { body } = await ask({ timeZone: 'Europe/Paris' })
    expect(body.calendars).toEqual({
      primary: {
        busy: [
          { start: '2026-11-03T01:00:00+01:00', end: '2026-11-03T01:30:00+01:00' },
          { start: '2026-11-03T10:00:00+01:00', end: '2026-11-03T12:00:00+01:00' },
          { start: '2026-11-04T00:30:00+01:00', end: '2026-11-04T01:00:00+01:00' },
        ],
      },
    })
  })

  test('tells inside a 200 which calendars nobody knows, and which are too many', async () => {
    const { status, body } = await ask({
      items: [{ id: 'nobody@example.org' }, { id: 'primary' }],
      calendarExpansionMax: 1,
    })
    expect(status).toBe(200)
    expect(body.calendars).toEqual({
      'nobody@example.org': { errors: [{ domain: 'global', reason: 'notFound' }], busy: [] },
      primary: { errors: [{ domain: 'calendar', reason: 'tooManyCalendarsRequested' }], busy: [] },
    })
  })

  test.each([
    [{ timeMin: undefined }, 'required'],
    [{ timeMax: '2026-11-02T00:00:00Z' }, 'timeRangeEmpty'],
    [{ timeMax: '2027-03-01T00:00:00Z' }, 'timeRangeTooLong'],
    [{ timeZone: 'Nowhere' }, 'invalid'],
  ])('%j is refused: %s', async (body, reason) => {
    expect(await ask(body)).toMatchObject({ status: 400, reason })
  })
})
