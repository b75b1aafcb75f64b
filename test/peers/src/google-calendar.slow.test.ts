import type { calendar_v3 } from '@googleapis/calendar'
import { createSandbox, listen, type Sandbox } from '@grantkit/sandbox'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type GoogleClient, signIn } from './google-client.ts'
import { startMessageServer } from './message-server.ts'

const calendarId = 'primary'
const startMs = Date.UTC(2026, 10, 1)

let sandbox: Sandbox
let origin: string
let google: GoogleClient
let events: calendar_v3.Resource$Events

beforeEach(async () => {
  // The library and the sandbox agree on the time, and both can be moved.
  vi.useFakeTimers({ toFake: ['Date'], now: startMs })
  sandbox = createSandbox({ startMs })
  ;({ origin } = await listen(sandbox))
  google = await signIn(origin)
  ;({ events } = google.calendar)
})
afterEach(async () => {
  vi.useRealTimers()
  await sandbox.close()
})

function advance(byMs: number): void {
  vi.setSystemTime(sandbox.control.clock.advance(byMs))
}

/** An hour of a day of November. */
function onDay(day: number): calendar_v3.Schema$Event {
  const at = (hour: number) => ({ dateTime: new Date(Date.UTC(2026, 10, day, hour)).toISOString() })
  return { summary: `Day ${day}`, start: at(9), end: at(10) }
}

async function insert(day: number): Promise<calendar_v3.Schema$Event> {
  return (await events.insert({ calendarId, requestBody: onDay(day) })).data
}

/** What the library throws, with the body that Google answers errors with. */
const failure = (status: number, reason: string) => ({
  status,
  response: { data: { error: { code: status, errors: [{ reason }] } } },
})

/** Asks page by page: what lies on the pages, and the token for the next time. */
async function readAll(query: calendar_v3.Params$Resource$Events$List) {
  const pages: (string | null | undefined)[][] = []
  let pageToken: string | undefined
  for (;;) {
    const { data } = await events.list({ calendarId, ...query, ...(pageToken === undefined ? {} : { pageToken }) })
    pages.push((data.items ?? []).map(({ status, summary }) => (status === 'cancelled' ? status : summary)))
    if (typeof data.nextPageToken !== 'string') return { pages, syncToken: data.nextSyncToken ?? '' }
    pageToken = data.nextPageToken
  }
}

describe('@googleapis/calendar with google-auth-library, unmodified', () => {
  test('signs in, refreshes when the access token ends, and revokes', async () => {
    await events.list({ calendarId })
    advance(2 * 3600_000)
    await events.list({ calendarId })
    const { ledger } = sandbox.control
    expect(ledger.entries({ kind: 'token' })).toMatchObject([
      { grantType: 'authorization_code', status: 200, issuedRefreshToken: { generation: 1 } },
      { grantType: 'refresh_token', status: 200, presented: { generation: 1, verdict: 'current' } },
    ])
    expect(ledger.entries({ kind: 'api' }).map(({ bearer }) => bearer?.generation)).toEqual([1, 2])

    await google.auth.revokeCredentials()
    await expect(google.auth.refreshAccessToken()).rejects.toThrow('No refresh token is set')
    expect(ledger.entries({ kind: 'revoke' })).toMatchObject([{ status: 200 }])
  })

  test('knows what its token may do', async () => {
    const { token } = await google.auth.getAccessToken()
    const { scopes } = await google.auth.getTokenInfo(token ?? '')
    expect(scopes).toEqual(['https://www.googleapis.com/auth/calendar'])
  })

  test('lists with paging', async () => {
    for (const day of [2, 3, 4, 5, 6]) await insert(day)
    const { pages, syncToken } = await readAll({ maxResults: 2 })
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1])
    expect(pages.flat().toSorted()).toEqual(['Day 2', 'Day 3', 'Day 4', 'Day 5', 'Day 6'])
    expect(syncToken).not.toBe('')
  })

  test('inserts, patches, moves and deletes', async () => {
    const { id, etag } = await insert(2)
    const eventId = id ?? ''
    const patched = await events.patch(
      { calendarId, eventId, requestBody: { summary: 'Renamed' } },
      { headers: { 'If-Match': etag ?? '' } },
    )
    expect(patched.data).toMatchObject({ id, summary: 'Renamed', start: expect.any(Object) })
    expect(patched.data.etag).not.toBe(etag)

    const { data: team } = await google.calendar.calendars.insert({ requestBody: { summary: 'Team' } })
    const destination = team.id ?? ''
    await events.move({ calendarId, eventId, destination })
    expect((await events.list({ calendarId })).data.items).toEqual([])
    expect((await events.get({ calendarId: destination, eventId })).data.summary).toBe('Renamed')

    expect((await events.delete({ calendarId: destination, eventId })).status).toBe(204)
    await expect(events.delete({ calendarId: destination, eventId })).rejects.toMatchObject(failure(410, 'deleted'))
  })

  test('does not overwrite what somebody else has changed', async () => {
    const { id, etag } = await insert(2)
    const call = { calendarId, eventId: id ?? '', requestBody: { summary: 'Mine' } }
    const options = { headers: { 'If-Match': etag ?? '' } }
    await events.patch(call, options)
    await expect(events.patch(call, options)).rejects.toMatchObject(failure(412, 'conditionNotMet'))
  })

  test('reads on from its sync token, and all anew when that is gone', async () => {
    await insert(2)
    const { id } = await insert(3)
    const first = await readAll({})
    await insert(4)
    await events.delete({ calendarId, eventId: id ?? '' })
    const second = await readAll({ syncToken: first.syncToken })
    expect(second.pages.flat().toSorted()).toEqual(['Day 4', 'cancelled'])
    expect((await readAll({ syncToken: second.syncToken })).pages).toEqual([[]])

    sandbox.control.google.expireSyncTokens()
    await expect(readAll({ syncToken: second.syncToken })).rejects.toMatchObject(failure(410, 'fullSyncRequired'))
    expect((await readAll({})).pages.flat().toSorted()).toEqual(['Day 2', 'Day 4'])
  })

  test('watches: a channel posts to a server of ours until it is stopped', async () => {
    await using server = await startMessageServer()
    const requestBody = { id: 'a-channel', type: 'web_hook', address: server.address, token: 'for us' }
    const { data } = await events.watch({ calendarId, requestBody })
    expect(await server.next()).toMatchObject({
      'x-goog-channel-id': 'a-channel',
      'x-goog-channel-token': 'for us',
      'x-goog-resource-id': data.resourceId,
      'x-goog-resource-state': 'sync',
    })
    await insert(2)
    expect(await server.next()).toMatchObject({ 'x-goog-channel-id': 'a-channel', 'x-goog-resource-state': 'exists' })

    await google.calendar.channels.stop({ requestBody: { id: 'a-channel', resourceId: data.resourceId ?? '' } })
    await events.watch({ calendarId, requestBody: { ...requestBody, id: 'another' } })
    expect(await server.next()).toMatchObject({ 'x-goog-channel-id': 'another', 'x-goog-resource-state': 'sync' })
  })

  test('sends again what met a full quota, and reads Google’s errors', async () => {
    const operation = 'listEvents'
    sandbox.control.faults.add({ match: { operation }, type: 'rate_limited' })
    expect((await events.list({ calendarId }, { retryConfig: { retryDelay: 1 } })).status).toBe(200)
    expect(sandbox.control.ledger.entries({ operation }).map(({ status }) => status)).toEqual([429, 200])
    await expect(events.get({ calendarId, eventId: 'nobody' })).rejects.toMatchObject(failure(404, 'notFound'))
  })

  test('sends a batch, which the library leaves to its user to write', async () => {
    const insertion = [
      'POST /calendar/v3/calendars/primary/events',
      'Content-Type: application/json',
      '',
      JSON.stringify({ ...onDay(2), id: 'batched1' }),
    ]
    const parts = [insertion, ['GET /calendar/v3/calendars/primary/events/nobody', '']].map((lines, at) =>
      ['--edge', 'Content-Type: application/http', `Content-ID: <${at}>`, '', ...lines].join('\r\n'),
    )
    const { data } = await google.auth.request<string>({
      url: `${origin}/batch/calendar/v3`,
      method: 'POST',
      headers: { 'Content-Type': 'multipart/mixed; boundary=edge' },
      data: `${parts.join('\r\n')}\r\n--edge--\r\n`,
      responseType: 'text',
    })
    expect(data.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404'])
    expect(data.match(/^content-id: .*$/gim)).toEqual(['content-id: <response-0>', 'content-id: <response-1>'])
    expect((await events.get({ calendarId, eventId: 'batched1' })).data.summary).toBe('Day 2')
  })
})
