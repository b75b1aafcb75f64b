import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { unwrap, type CalendarEvent } from '@grantkit/google-calendar'
import {
  createCalendarPull,
  type CalendarChange,
  type CalendarPull,
  type CalendarPullOptions,
} from '../src/pull/index.ts'
import type { Bench } from './bench.ts'

/** What was told, one line each: kind, the app's id or Google's title, and the members that differ. */
export type Told = string

/** A pull beside a bench's sync, that remembers what it was told. */
export interface PullBench {
  readonly pull: CalendarPull
  readonly changes: CalendarChange[]
  /** What was told since the last time somebody asked. */
  told(): Told[]
}

export function createPullBench(bench: Bench, options: Partial<CalendarPullOptions> = {}): PullBench {
  const changes: CalendarChange[] = []
  let read = 0
  const pull = createCalendarPull({
    connectionFor: bench.connectionOf,
    store: bench.store,
    client: { fetch: bench.sandbox.fetch, retry: { maxRetries: 0 }, rateLimit: false },
    clock: bench.clock,
    random: () => 0.5,
    observe: (report) => bench.reports.push(report),
    onChanges: async (some) => void changes.push(...some),
    ...options,
  })
  return {
    pull,
    changes,
    told() {
      const fresh = changes.slice(read)
      read = changes.length
      return fresh.map(toLine)
    },
  }
}

function toLine(change: CalendarChange): Told {
  switch (change.kind) {
    case 'reset':
      return `reset ${change.reason}`
    case 'created':
    case 'changed': {
      const own = change.eventId === undefined ? '' : ` own ${change.eventId}`
      const members = change.members === undefined ? '' : ` (${change.members.join()})`
      return `${change.kind} ${change.event.summary}${own}${members}`
    }
    case 'deleted':
      return `deleted ${change.eventId === undefined ? 'something' : `own ${change.eventId}`}`
    case 'instance_cancelled':
      return `instance_cancelled ${change.originalStart}${change.eventId === undefined ? '' : ` own ${change.eventId}`}`
  }
}

/** What a person does in Google. */
export function personOf(bench: Bench, user = 'ada') {
  const calendarId = 'primary'
  const calendar = bench.calendarOf(user)
  const find = async (title: string): Promise<CalendarEvent> => {
    const event = (await bench.eventsOf(user)).find(({ summary }) => summary === title)
    if (event === undefined) throw new Error(`There is no "${title}".`)
    return event
  }
  return {
    async create(summary: string, more: object = {}) {
      const [start, end] = [{ dateTime: '2026-11-03T10:00:00Z' }, { dateTime: '2026-11-03T11:00:00Z' }]
      const body = { summary, start, end, ...more }
      unwrap(await calendar.POST('/calendars/{calendarId}/events', { params: { path: { calendarId } }, body }))
    },
    async edit(title: string, body: object) {
      const path = { calendarId, eventId: (await find(title)).id ?? '' }
      unwrap(await calendar.PATCH('/calendars/{calendarId}/events/{eventId}', { params: { path }, body }))
    },
    async remove(title: string) {
      const path = { calendarId, eventId: (await find(title)).id ?? '' }
      unwrap(await calendar.DELETE('/calendars/{calendarId}/events/{eventId}', { params: { path } }))
    },
  }
}

/** Puts a webhook on a socket, where the sandbox can post to. */
export async function startWebhook(webhook: (request: Request) => Promise<Response>) {
  const server: Server = createServer((incoming, outgoing) => {
    const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    )
    const request = new Request(`http://app${incoming.url}`, {
      method: incoming.method ?? 'GET',
      headers: headers as [string, string][],
    })
    void webhook(request).then(
      ({ status }) => outgoing.writeHead(status).end(),
      () => outgoing.writeHead(503).end(),
    )
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}/hook`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
