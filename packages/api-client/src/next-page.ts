import type { CallResult } from './call-result.ts'
import type { MarkerPaging, OffsetPaging, Paging } from './definition.ts'

/** A page that was read. */
export interface Page {
  readonly body: unknown
  readonly items: readonly unknown[]
  /** What the query asked for it by; nothing on the first page of all. */
  readonly at: unknown
}

/** Takes the items out of a page, and tells what the query asks for the next one by; nothing after the last page. */
export function readPage(paging: Paging, result: CallResult, at: unknown): { items: unknown; next?: unknown } {
  if (paging.style === 'own') return paging.read(result, at)
  const body = result.data
  const items = memberOf(body, paging.items)
  return Array.isArray(items) ? { items, next: nextPage(paging, { body, items, at }) } : { items }
}

/** Tells what the query asks for the next page by; nothing after the last page. */
export function nextPage(paging: MarkerPaging | OffsetPaging, page: Page): string | number | undefined {
  if (paging.style === 'offset') return positionAfter(paging, page)
  const marker = memberOf(page.body, paging.next)
  return typeof marker === 'string' && marker !== '' ? marker : undefined
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined
}

function positionAfter(paging: OffsetPaging, { body, items, at }: Page): number | undefined {
  const total = memberOf(body, paging.total)
  if (items.length === 0 || typeof total !== 'number') return undefined
  const last = paging.last === undefined ? undefined : memberOf(body, paging.last)
  const next = typeof last === 'number' ? last + 1 : Number(at ?? paging.first) + items.length
  return next < paging.first + total ? next : undefined
}
