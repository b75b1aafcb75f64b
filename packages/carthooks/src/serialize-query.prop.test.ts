import fc from 'fast-check'
import { expect, it } from 'vitest'
import { serializeQuery } from './serialize-query.ts'

/** Reads what was written, as a server with bracket parameters does. Everything is text by then. */
function parse(query: string): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'fields') result[name] = value.split(',')
    else if (name === 'sort') result[name] = [...((result[name] as string[] | undefined) ?? []), value]
    else
      put(
        result,
        name.split(/[[\]]+/).filter((part) => part !== ''),
        value,
      )
  }
  return result
}

function put(into: Record<string, unknown>, [first = '', ...rest]: string[], value: string): void {
  if (rest.length === 0) into[first] = value
  else put((into[first] ??= Object.create(null)) as Record<string, unknown>, rest, value)
}

const key = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/[[\]]/.test(text) && text !== '__proto__')
const value = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
)
const operator = fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lte', '$like')
const query = fc.record(
  {
    filters: fc.dictionary(key, fc.dictionary(operator, value, { minKeys: 1 }), { minKeys: 1 }),
    pagination: fc.dictionary(fc.constantFrom('page', 'pageSize', 'start', 'limit'), fc.nat(), { minKeys: 1 }),
    sort: fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }),
    fields: fc.array(
      fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes(',')),
      { minLength: 1 },
    ),
    unlockedOrLockedBy: fc.string({ unit: 'grapheme' }),
  },
  { requiredKeys: [] },
)

/** The query with every value as text. */
function asText(of: unknown): unknown {
  if (Array.isArray(of)) return of.map(asText)
  if (typeof of !== 'object' || of === null) return String(of)
  return Object.fromEntries(Object.entries(of).map(([name, member]) => [name, asText(member)]))
}

it('what is written is read as it was', () => {
  fc.assert(
    fc.property(query, (given) => {
      expect(JSON.parse(JSON.stringify(parse(serializeQuery(given))))).toEqual(
        JSON.parse(JSON.stringify(asText(given))),
      )
    }),
  )
})

it('holds nothing that an address gives a meaning of its own', () => {
  fc.assert(
    fc.property(query, (given) => {
      expect(serializeQuery(given)).toMatch(/^[\w\-.!~*'()%=&]*$/)
    }),
  )
})
