import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { clientSecretPost, createAuthClient, systemClock } from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { approveAuthorization, createSandbox, googleWebClient, type Sandbox } from '@grantkit/sandbox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createEvent, deleteEvent, modifyEvent } from '../src/events/index.ts'
import { queryFreeBusy } from '../src/free-busy.ts'
import { createGoogleCalendar, google, unwrap, type GoogleCalendar } from '../src/index.ts'
import { channelIdOf, openChannel, readPushMessage, stopChannel } from '../src/push/index.ts'
import { syncEvents, type SyncPoint } from '../src/sync/index.ts'

/** The whole way against a server that keeps state and knows nothing of this package. */

let sandbox: Sandbox
let calendar: GoogleCalendar
let end: () => Promise<void>

beforeEach(async () => {
  sandbox = createSandbox({ startMs: Date.UTC(2026, 10, 1) })
  const wallMs = (): number => sandbox.control.clock.nowMs()
  const clock = { ...systemClock, wallMs, monotonicMs: wallMs }
  const auth = createAuthClient({
    provider: google,
    clientId: googleWebClient.id,
    authentication: clientSecretPost(googleWebClient.secret ?? ''),
    store: createMemoryStore({ clock }),
    volatile: 'accept',
    fetch: sandbox.fetch,
    clock,
  })
  const scopes = ['https://www.googleapis.com/auth/calendar']
  const redirectUri = 'http://localhost:8080/callback'
  const { url } = await auth.beginAuthorization('ada', { redirectUri, session: 'session', scopes })
  const callback = await approveAuthorization(sandbox.fetch, url)
  const connection = await auth.completeAuthorization(callback, { session: 'session' })
  calendar = createGoogleCalendar({ connection, fetch: sandbox.fetch })
  end = async () => {
    await auth[Symbol.asyncDispose]()
    await sandbox.close()
  }
})
afterEach(() => end())

const hour = (start: string, summary = 'Meeting') => ({
  summary,
  start: { dateTime: `2026-11-${start}:00:00Z`, timeZone: 'UTC' },
  end: { dateTime: `2026-11-${start}:30:00Z`, timeZone: 'UTC' },
})

async function create(event: Parameters<typeof createEvent>[2]['event']): Promise<string> {
  return unwrap(await createEvent(calendar, 'primary', { event, sendUpdates: 'none' })).id ?? ''
}

interface Synced {
  readonly next: SyncPoint
  readonly resets: readonly string[]
}

/** Brings a mirror up to date. */
async function sync(mirror: Map<string, unknown>, from?: SyncPoint): Promise<Synced> {
  const resets: string[] = []
  const start = from === undefined ? { query: { maxResults: 2 } } : { from }
  for await (const step of syncEvents(calendar, 'primary', start)) {
    if (step.kind === 'done') return { next: step.next, resets }
    if (step.kind === 'reset') {
      resets.push(step.reason)
      mirror.clear()
      continue
    }
    for (const change of step.changes) {
      if (change.kind === 'changed') mirror.set(change.event.id ?? '', change.event.summary)
      else mirror.delete(change.id)
    }
  }
  throw new Error('There was no end.')
}

describe('a sync', () => {
  test('follows changes, through pages that are empty, and begins again when its token has aged', async () => {
    const ids = await Promise.all(['03T10', '03T11', '03T12'].map((start) => create(hour(start, start))))
    const mirror = new Map<string, unknown>()
    sandbox.control.google.addEmptyPages(1)
    const first = await sync(mirror)
    expect([first.resets, [...mirror.values()].toSorted()]).toEqual([['first'], ['03T10', '03T11', '03T12']])

    await deleteEvent(calendar, 'primary', { eventId: ids[0] ?? '', sendUpdates: 'none' })
    await create(hour('04T10', 'new'))
    const second = await sync(mirror, first.next)
    expect([second.resets, [...mirror.values()].toSorted()]).toEqual([[], ['03T11', '03T12', 'new']])

    sandbox.control.google.expireSyncTokens()
    const third = await sync(mirror, second.next)
    expect([third.resets, mirror.size]).toEqual([['token_expired'], 3])
  })
})

describe('events', () => {
  test('are created once, however often the answer is lost', async () => {
    sandbox.control.faults.add({ match: { operation: 'createEvent' }, type: 'server_error', processed: true })
    const id = await create({ ...hour('03T10'), id: 'abcdef' })
    expect(id).toBe('abcdef')
    expect(unwrap(await calendar.GET('/calendars/{calendarId}/events', inPrimary)).items).toHaveLength(1)
    expect(sandbox.control.ledger.summary().apiByStatus).toMatchObject({ 409: 1 })
  })

  test('are changed without losing what somebody else has changed meanwhile', async () => {
    const eventId = await create(hour('03T10'))
    const path = { calendarId: 'primary', eventId }
    let turns = 0
    const held = sandbox.control.faults.add({ match: { operation: 'replaceEvent' }, hold: 'request' })
    const modified = modifyEvent(calendar, 'primary', {
      eventId,
      sendUpdates: 'none',
      change(event) {
        turns += 1
        return { ...event, summary: `${event.summary} at ${event.location ?? 'nowhere'}` }
      },
    })
    await sandbox.control.ledger.waitFor({ operation: 'replaceEvent', stage: 'held' })
    await calendar.PATCH('/calendars/{calendarId}/events/{eventId}', {
      params: { path, query: { sendUpdates: 'none' } },
      body: { location: 'There' },
    })
    sandbox.control.faults.release(held)
    expect(unwrap(await modified).summary).toBe('Meeting at There')
    expect(turns).toBe(2)
  })

  test('are deleted, even if they are gone already', async () => {
    const eventId = await create(hour('03T10'))
    for (let count = 0; count < 2; count += 1) {
      const { error } = await deleteEvent(calendar, 'primary', { eventId, sendUpdates: 'none' })
      expect(error).toBeUndefined()
    }
    expect(sandbox.control.ledger.summary().apiByStatus).toMatchObject({ 410: 1 })
  })
})

const inPrimary = { params: { path: { calendarId: 'primary' } } } as const

test('free and busy over half a year are asked in parts, and an unknown calendar is not taken for a free one', async () => {
  await create(hour('03T10'))
  const calendarIds = ['primary', 'nobody@example.org']
  const found = await queryFreeBusy(calendar, {
    calendarIds,
    timeMin: '2026-11-01T00:00:00Z',
    timeMax: '2027-05-01T00:00:00Z',
  })
  expect(found.get('primary')).toMatchObject({ busy: [{ start: '2026-11-03T10:00:00Z', end: '2026-11-03T10:30:00Z' }] })
  expect(found.get('nobody@example.org')).toMatchObject({ errors: [{ reason: 'notFound' }] })
})

test('a push channel tells of changes until it is stopped', async () => {
  const arrived: Headers[] = []
  const waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    arrived.push(new Headers(request.headers as Record<string, string>))
    response.writeHead(204).end()
    for (const wake of waiting.splice(0)) wake()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/calendar`
  try {
    const channel = await openChannel(calendar, { watched: { collection: 'events', calendarId: 'primary' }, address })
    await create(hour('03T10'))
    while (arrived.length < 2) await new Promise<void>((resolve) => waiting.push(resolve))
    expect(arrived.map((headers) => channelIdOf(headers))).toEqual([channel.id, channel.id])
    const messages = arrived.map((headers) => readPushMessage(headers, channel))
    expect(messages.map((message) => message?.state)).toEqual(['sync', 'exists'])
    expect(arrived.map((headers) => readPushMessage(headers, { ...channel, token: 'forged' }))).toEqual([
      undefined,
      undefined,
    ])
    await stopChannel(calendar, channel)
    await stopChannel(calendar, channel)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
