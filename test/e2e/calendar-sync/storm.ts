import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AppEvent, CalendarSync } from '@grantkit/calendar-sync'
import { approveAuthorization, createSandbox, googleWebClient, type Sandbox } from '@grantkit/sandbox'
import type { StoreChoice } from '../protocol/worker-task.ts'
import { startForgetfulServer } from './forgetful-server.ts'
import { openStormSync, type StormTask } from './storm-sync.ts'

export interface StormOptions {
  readonly edits: number
  readonly kills: number
  readonly workers: number
  readonly store: StoreChoice
  readonly onProgress?: (edits: number, kills: number) => void
}

export interface StormReport {
  readonly edits: number
  readonly kills: number
  readonly dropped: number
  readonly requests: number
  /** Events of the app in the end. */
  readonly events: number
  /** Events that Google does not hold as the app wants them. */
  readonly lost: readonly string[]
  /** Events that Google holds more than once, or that the app has deleted. */
  readonly duplicated: readonly string[]
  /** Events whose guests, invited in Google, are gone. */
  readonly trampled: readonly string[]
}

interface Storm {
  readonly sandbox: Sandbox
  readonly sync: CalendarSync<AppEvent>
  readonly task: StormTask
  readonly accessToken: string
  /** What the app has. */
  readonly app: Map<string, AppEvent>
  /** Guests whom somebody has invited, by the id in Google. */
  readonly invited: Map<string, number>
}

/** Edits events while workers are killed and answers are dropped, lets all settle, and looks what Google holds. */
export async function runStorm(options: StormOptions): Promise<StormReport> {
  const sandbox = createSandbox()
  const folder = await mkdtemp(join(tmpdir(), 'sync-storm-'))
  const server = await startForgetfulServer(sandbox, 0.1)
  const accessToken = await signIn(sandbox)
  const store = { options: { path: join(folder, 'store') }, ...options.store }
  const task: StormTask = { store, origin: server.origin, accessToken }
  const { sync, close } = await openStormSync(task)
  const storm: Storm = { sandbox, sync, task, accessToken, app: new Map(), invited: new Map() }
  try {
    const killing = new AbortController()
    let edits = 0
    let kills = 0
    const progress = (): void => options.onProgress?.(edits, kills)
    const killed = Promise.all(
      Array.from({ length: options.workers }, () =>
        keepKilling(task, killing.signal, () => {
          kills += 1
          progress()
          return kills < options.kills
        }),
      ),
    )
    for (; edits < options.edits; edits += 1) {
      await edit(storm)
      if (edits % 25 === 24) await invite(storm)
      // The edits last as long as the kills do.
      while (kills < (options.kills * edits) / options.edits) await sleep(5)
      progress()
    }
    await killed
    await settle(storm, options.workers)
    const requests = sandbox.control.ledger.entries({ kind: 'api' }).length
    return { edits, kills, dropped: server.dropped(), requests, events: storm.app.size, ...(await judge(storm)) }
  } finally {
    for (const worker of living) worker.kill('SIGKILL')
    await close()
    await server.close()
    await sandbox.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Lets a worker live for a moment after it is ready, and kills it, again and again. */
async function keepKilling(task: StormTask, signal: AbortSignal, killed: () => boolean): Promise<void> {
  for (;;) {
    const worker = await startWorker(task)
    await sleep(Math.random() * 300, undefined, { signal })
    await stop(worker)
    if (!killed()) return
  }
}

const living = new Set<ChildProcess>()

async function startWorker(task: StormTask): Promise<ChildProcess> {
  const program = new URL('storm-worker-program.ts', import.meta.url).pathname
  const worker = spawn(process.execPath, ['--conditions=@grantkit/source', program, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  living.add(worker)
  worker.once('exit', () => living.delete(worker))
  await once(worker.stdout, 'data')
  return worker
}

async function stop(worker: ChildProcess): Promise<void> {
  const exited = once(worker, 'exit')
  worker.kill('SIGKILL')
  await exited
}

const pick = (count: number): number => Math.floor(Math.random() * count)

async function edit({ sync, app }: Storm): Promise<void> {
  const id = String(pick(300))
  if (Math.random() < 0.15) {
    app.delete(id)
    return sync.enqueue({ kind: 'delete', user: 'ada', eventId: id })
  }
  const hour = pick(22)
  const event: AppEvent = {
    id,
    title: `Title ${pick(1000)}`,
    start: `2026-11-${String(1 + pick(28)).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00`,
    end: '2026-12-01T00:00:00',
    priority: pick(6),
    ...(Math.random() < 0.5 ? { description: `Description ${pick(1000)}` } : {}),
  }
  app.set(id, event)
  return sync.enqueue({ kind: 'upsert', user: 'ada', event })
}

interface Seen {
  readonly id: string
  readonly summary?: string
  readonly description?: string
  readonly colorId?: string
  readonly start: { readonly dateTime: string }
  readonly attendees?: readonly unknown[]
  readonly extendedProperties: { readonly private: { readonly grantkitEvent: string } }
}

/** Somebody in Google invites guests to an event; nothing is dropped on this way. */
async function invite(storm: Storm): Promise<void> {
  const events = await eventsIn(storm)
  const event = events[pick(events.length)]
  if (event === undefined) return
  const guests = (event.attendees?.length ?? 0) + 1
  const attendees = Array.from({ length: guests }, (_, number) => ({ email: `guest${number}@example.com` }))
  const answer = await call(storm, `/${event.id}`, { method: 'PATCH', body: JSON.stringify({ attendees }) })
  const { status } = (await answer.json()) as { status: string }
  // It may have been deleted a moment ago.
  if (status !== 'cancelled') storm.invited.set(event.id, guests)
}

async function settle({ sync, task }: Storm, count: number): Promise<void> {
  const workers = await Promise.all(Array.from({ length: count }, () => startWorker(task)))
  const deadlineMs = Date.now() + 120_000
  while ((await sync.status('ada')).queued > 0 && Date.now() < deadlineMs) await sleep(50)
  await Promise.all(workers.map(stop))
}

async function judge(storm: Storm): Promise<Pick<StormReport, 'lost' | 'duplicated' | 'trampled'>> {
  const seen = Map.groupBy(await eventsIn(storm), ({ extendedProperties }) => extendedProperties.private.grantkitEvent)
  const lost = [...storm.app].filter(([id, event]) => !isAsWanted(seen.get(id)?.[0], event)).map(([id]) => id)
  const duplicated = [...seen].filter(([id, events]) => events.length > 1 || !storm.app.has(id)).map(([id]) => id)
  const guests = new Map([...seen.values()].flat().map(({ id, attendees = [] }) => [id, attendees.length]))
  const trampled = [...storm.invited].filter(([id, count]) => guests.has(id) && guests.get(id) !== count)
  return { lost, duplicated, trampled: trampled.map(([id]) => id) }
}

const colors = ['1', '8', '5', '10', '9', '11']

function isAsWanted(seen: Seen | undefined, { title, description, start, priority = 0 }: AppEvent): boolean {
  return (
    seen?.summary === title &&
    seen.description === description &&
    seen.colorId === colors[priority] &&
    Date.parse(seen.start.dateTime) === Date.parse(`${String(start)}+01:00`)
  )
}

async function eventsIn(storm: Storm): Promise<Seen[]> {
  const { items } = (await (await call(storm, '?maxResults=2500')).json()) as { items: Seen[] }
  return items
}

function call({ sandbox, accessToken }: Storm, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
  return sandbox.fetch(`https://www.googleapis.com/calendar/v3/calendars/primary/events${path}`, { ...init, headers })
}

/** An access token of the sandbox's first person, for an hour. */
async function signIn(sandbox: Sandbox): Promise<string> {
  const redirectUri = 'http://localhost:8080/callback'
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: googleWebClient.id,
    redirect_uri: redirectUri,
    scope: 'https://www.googleapis.com/auth/calendar.events',
  })
  const callback = await approveAuthorization(sandbox.fetch, `https://accounts.google.com/o/oauth2/v2/auth?${query}`)
  const answer = await sandbox.fetch('https://oauth2.googleapis.com/token', {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      client_id: googleWebClient.id,
      client_secret: googleWebClient.secret ?? '',
    }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}
