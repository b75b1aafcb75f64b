import type { Sandbox } from '../src/sandbox.ts'
import { signIn as signInAtGoogle } from './google-client.ts'

/** A plain client of the Calendar API. */

const base = 'https://www.googleapis.com/calendar/v3'
export const full = 'https://www.googleapis.com/auth/calendar'
export const ada = 'ada.example@example.com'
export const grace = 'grace.example@example.com'

export interface WireTime {
  readonly date?: string
  readonly dateTime?: string
  readonly timeZone?: string
}

/** The members of answers that tests look at. */
export interface Body {
  readonly id?: string
  readonly etag?: string
  readonly status?: string
  readonly summary?: string
  readonly updated?: string
  readonly sequence?: number
  readonly start?: WireTime
  readonly end?: WireTime
  readonly attendees?: readonly Body[]
  readonly items?: readonly Body[]
  readonly nextPageToken?: string
  readonly nextSyncToken?: string
  readonly error?: { readonly errors?: readonly { readonly reason: string }[] }
  readonly [member: string]: unknown
}

export interface CalendarAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
  /** The first reason of an error. */
  readonly reason: string | undefined
}

export interface CalendarCall {
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface CalendarClient {
  (method: string, path: string, more?: CalendarCall): Promise<CalendarAnswer>
}

export function createClient(sandbox: Sandbox, token: string): CalendarClient {
  return async (method, path, { query = {}, body, headers = {} } = {}) => {
    const url = new URL(base + path)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
    const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
    const contentType = body === undefined ? {} : { 'content-type': 'application/json' }
    const authorization = token === '' ? {} : { authorization: `Bearer ${token}` }
    const response = await sandbox.fetch(url, {
      method,
      headers: { ...authorization, ...contentType, ...headers },
      body: text,
    })
    const answer = await response.text()
    // Nothing here asks for one: the sandbox itself has failed.
    if (response.status >= 500) throw new Error(answer)
    const parsed: Body = answer === '' ? {} : JSON.parse(answer)
    return {
      status: response.status,
      headers: response.headers,
      body: parsed,
      reason: parsed.error?.errors?.[0]?.reason,
    }
  }
}

export async function signIn(sandbox: Sandbox, scope: string = full, person: string = ada): Promise<CalendarClient> {
  const { access } = await signInAtGoogle(sandbox, { scope, prompt: 'consent' }, { account: person })
  return createClient(sandbox, access)
}

export function addGrace(sandbox: Sandbox): void {
  sandbox.control.accounts.add({
    vendor: 'google',
    accountKey: '100000000000000000002',
    principal: grace,
    name: 'Grace Example',
  })
}

/** The path of an event in a calendar, the primary one if none is named. */
export function eventPath(id: string = '', calendarId: string = 'primary'): string {
  const path = `/calendars/${encodeURIComponent(calendarId)}/events`
  return id === '' ? path : `${path}/${encodeURIComponent(id)}`
}

export interface HourEvent {
  readonly summary: string
  readonly start: WireTime
  readonly end: WireTime
}

/** An hour from this one on, in UTC. */
export function hourAt(dateTime: string): HourEvent {
  const end = new Date(Date.parse(dateTime) + 3600_000).toISOString().replace('.000', '')
  return { summary: 'Meeting', start: { dateTime }, end: { dateTime: end } }
}
