import type { ScriptedAnswer } from '@grantkit/auth-core/testing'
import type { CalendarEvent } from '../src/index.ts'
import { json, refused } from './scripted.ts'

/**
 * One calendar as Google's guide to synchronization describes it (2026): lists in pages, a sync token on the last page,
 * deleted events as cancelled ones, 410 for a token that has aged. Answers any number of requests.
 */
export class FakeCalendar {
  /** The last state of every event, and when that came about. */
  readonly #events = new Map<string, { event: CalendarEvent; version: number }>()
  #version = 0
  /** Tokens of before are forgotten. */
  #oldest = 0
  pageSize = 2

  put(id: string, summary: string): void {
    this.#change({ id, summary, status: 'confirmed' })
  }

  remove(id: string): void {
    if (this.#events.has(id)) this.#change({ id, status: 'cancelled' })
  }

  forgetTokens(): void {
    this.#oldest = this.#version += 1
  }

  /** What a reader should have. */
  present(): Record<string, string | undefined> {
    const there = [...this.#events.values()].filter(({ event }) => event.status !== 'cancelled')
    return Object.fromEntries(there.map(({ event }) => [event.id, event.summary]))
  }

  readonly answer: ScriptedAnswer = ({ url }) => {
    const query = new URL(url).searchParams
    const token = query.get('syncToken')
    const since = token === null ? -1 : Number(token)
    if (token !== null && since < this.#oldest) return refused(410, 'fullSyncRequired', { location: 'syncToken' })
    const from = Number(query.get('pageToken') ?? 0)
    const all = [...this.#events.values()]
      .filter(({ version, event }) => version > since && (token !== null || event.status !== 'cancelled'))
      .map(({ event }) => event)
    const items = all.slice(from, from + this.pageSize)
    const next = from + this.pageSize
    const more = next < all.length
    return json({ items, ...(more ? { nextPageToken: `${next}` } : { nextSyncToken: `${this.#version}` }) })
  }

  #change(event: CalendarEvent & { id: string }): void {
    this.#version += 1
    this.#events.delete(event.id)
    this.#events.set(event.id, { event, version: this.#version })
  }
}
