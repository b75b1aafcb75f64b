import type { CallResult } from '@grantkit/api-client'
import type { components } from './schema.gen.ts'

type PageChoice = components['schemas']['PageChoice']
type Pagination = components['schemas']['Pagination']

/**
 * Tells how to ask for the next page: by its position where the caller asked for one, else by its number. Ends where the
 * API says so by counts that can be right, or else at an empty page: a page may be shorter than what was asked for,
 * because nobody knows the most the API gives.
 */
export function readPage(result: CallResult, asked: unknown): { items: unknown; next?: PageChoice } {
  const items = result.data
  if (!Array.isArray(items) || items.length === 0) return { items }
  const choice = (asked ?? {}) as PageChoice
  const byPosition = choice.start !== undefined || choice.limit !== undefined
  const counts = countsOf(result)
  const next = byPosition ? nextPosition(choice, items.length, counts) : nextNumber(choice, items.length, counts)
  return next === undefined ? { items } : { items, next }
}

function nextPosition(choice: PageChoice, length: number, { total = 0 }: Pagination): PageChoice | undefined {
  const start = (choice.start ?? 0) + length
  return start === total ? undefined : { ...choice, start }
}

function nextNumber(choice: PageChoice, length: number, counts: Pagination): PageChoice | undefined {
  // The API's word, so that one that always gives the first page is found out.
  const page = counts.page ?? choice.page ?? 1
  const { total = 0, totalPages = 0, pageSize = choice.pageSize ?? length } = counts
  const isLast = totalPages > 0 ? page >= totalPages : total > 0 && (page - 1) * pageSize + length >= total
  return isLast ? undefined : { ...choice, page: page + 1 }
}

function countsOf(result: CallResult & { readonly meta?: { readonly pagination?: unknown } }): Pagination {
  const { pagination } = result.meta ?? {}
  const isObject = typeof pagination === 'object' && pagination !== null
  const numbers = Object.entries(isObject ? pagination : {}).filter(([, value]) => Number.isInteger(value))
  return Object.fromEntries(numbers)
}
