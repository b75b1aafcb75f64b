import { scriptedFetch, type ScriptedAnswer, type ScriptedFetch } from '@grantkit/auth-core/testing'
import { createGoogleCalendar, type GoogleCalendar, type GoogleCalendarOptions } from '../src/index.ts'

export const secret = 'canary-7d1e'

/** A connection that always has a token. Each client has its own, and so a rate limit of its own. */
function tokenConnection(): GoogleCalendarOptions['connection'] {
  return {
    audience: ['https://www.googleapis.com'],
    accessToken: () => Promise.resolve({ value: secret, scopes: [] }),
  }
}

export interface Scripted {
  readonly calendar: GoogleCalendar
  readonly fetch: ScriptedFetch
  /** What was asked for: method and path below the API, without the query. */
  calls(): string[]
  /** The query of one request; the last by default. */
  query(call?: number): Record<string, string>
  /** The body of one request; the last by default. */
  body(call?: number): Record<string, unknown>
}

/** A client whose requests are answered from a script, without waits. */
export function scripted(script: readonly ScriptedAnswer[], options: Partial<GoogleCalendarOptions> = {}): Scripted {
  const fetch = scriptedFetch(script)
  const calendar = createGoogleCalendar({ connection: tokenConnection(), fetch, retry: { baseDelayMs: 0 }, ...options })
  const requestAt = (call: number) => {
    const request = fetch.requests.at(call)
    if (request === undefined) throw new Error('There was no such request.')
    return request
  }
  return {
    calendar,
    fetch,
    calls: () =>
      fetch.requests.map(({ method, url }) => `${method} ${new URL(url).pathname.replace('/calendar/v3', '')}`),
    query: (call = -1) => Object.fromEntries(new URL(requestAt(call).url).searchParams),
    body: (call = -1) => JSON.parse(requestAt(call).body) as Record<string, unknown>,
  }
}

export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status })
}

/** A failed answer in the shape of Google's guide. */
export function refused(status: number, reason: string, more: object = {}): Response {
  return json(
    { error: { code: status, message: reason, errors: [{ domain: 'global', reason, message: reason, ...more }] } },
    status,
  )
}

/** The request arrives and its answer is lost. */
export function lost(): never {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
