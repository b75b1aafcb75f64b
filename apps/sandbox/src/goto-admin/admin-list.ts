import type { Told } from '../api/api-service.ts'
import { type Json, ok, queryNumber, queryText } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import type { TenantAsk } from '../goto/tenant-ask.ts'

/** What clients ask for and get when they say nothing. */
const defaultPageSize = 25

/** Answers one page of a list: positions count from 0, and `toIndex` is that of the last item. */
export function offsetPage<T>(ask: TenantAsk, items: readonly T[], show: (item: T) => Json): Told {
  const fromIndex = queryNumber(ask, 'offset') ?? 0
  const results = items.slice(fromIndex, fromIndex + (queryNumber(ask, 'pageSize') ?? defaultPageSize)).map(show)
  return ok({ results, fromIndex, toIndex: fromIndex + results.length - 1, total: items.length })
}

/** Keeps the members that `attributes` names, and the key. */
export function project(ask: TenantAsk, item: Json): Json {
  const attributes = queryText(ask, 'attributes')
  if (attributes === undefined) return item
  const names = ['key', ...attributes.split(',').map((name) => name.trim())]
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)))
}

type Test = (item: Json) => boolean

/**
 * Reads the filter of a request: `name eq "value"`, or the older `(name="expression")`, several of them with `&` between.
 * Which members can be named is not recorded; all that are plain texts can be here.
 */
export function readFilter(ask: TenantAsk, names: readonly string[]): Test {
  const text = queryText(ask, 'filter')
  if (text === undefined) return () => true
  const newer = /^\s*(\w+)\s+eq\s+"([^"]*)"\s*$/i.exec(text)
  const tests = newer === null ? readOlderFilter(text, names) : [equals(newer, names)]
  return (item) => tests.every((test) => test(item))
}

function equals([, name = '', value = '']: RegExpExecArray, names: readonly string[]): Test {
  checkName(name, names)
  return (item) => String(item[name]).toLowerCase() === value.toLowerCase()
}

function readOlderFilter(text: string, names: readonly string[]): Test[] {
  const parts = [...text.matchAll(/\((\w+)="([^"]*)"\)/g)]
  if (parts.length === 0 || parts.map(([whole]) => whole).join('&') !== text.trim()) {
    throw badRequest('The filter cannot be read.')
  }
  return parts.map(([, name = '', expression = '']) => {
    checkName(name, names)
    const wanted = readExpression(expression)
    return (item) => wanted.test(String(item[name]))
  })
}

/** Regular expressions begin with `(?i)` where case does not matter. */
function readExpression(expression: string): RegExp {
  const flag = '(?i)'
  const isInsensitive = expression.startsWith(flag)
  try {
    return new RegExp(`^(?:${isInsensitive ? expression.slice(flag.length) : expression})$`, isInsensitive ? 'i' : '')
  } catch {
    throw badRequest('The regular expression of the filter cannot be read.')
  }
}

function checkName(name: string, names: readonly string[]): void {
  if (!names.includes(name)) throw badRequest(`The filter names ${name}, which cannot be filtered by.`)
}

/** Refuses a plus sign: spaces of a filter are written as `%20`. */
export function readQuery(url: URL): URLSearchParams {
  if (/[?&]filter=[^&]*\+/.test(url.search)) throw badRequest('The filter has a plus sign.')
  return url.searchParams
}
