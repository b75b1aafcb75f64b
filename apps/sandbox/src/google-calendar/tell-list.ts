import type { Told } from '../api/api-service.ts'
import { type Json, ok } from '../api/handler.ts'
import type { Ask } from './ask.ts'
import type { Listing } from './turn-pages.ts'

export type ListPlan = Omit<Listing, 'reader' | 'query'>

/** Answers one page of a list, below the members that all its pages have; or 304 where the caller has that version. */
export function tellList(ask: Ask, head: Json, plan: ListPlan): Told {
  const isFirst = ask.query.pageToken === undefined && ask.query.syncToken === undefined
  if (isFirst && ask.headers['If-None-Match'] === head.etag) return { status: 304 }
  return ok({ ...head, ...ask.lists.turn({ ...plan, reader: ask.person.email, query: ask.query }) })
}
