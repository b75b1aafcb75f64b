import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { smallDocument } from '../testing/small-document.ts'
import { bumpOf } from './change.ts'
import { compareDocuments } from './compare-documents.ts'

// Many pairs of documents, each compared whole.
vi.setConfig({ testTimeout: 30_000 })

/** Every place of a document that can be taken away. */
function placesOf(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => [[...path, index], ...placesOf(item, [...path, index])])
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, member]) => [[...path, key], ...placesOf(member, [...path, key])])
}

function without(path: readonly (string | number)[]): JsonObject {
  const document = smallDocument()
  const last = path.at(-1) ?? ''
  const parent = path.slice(0, -1).reduce<Json>((at, key) => (at as JsonObject)[key] ?? null, document)
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else delete (parent as JsonObject)[last]
  return document
}

const places = fc.constantFrom(...placesOf(smallDocument()))

test('whatever is taken away, comparing ends, and back again it is as many changes', () => {
  fc.assert(
    fc.property(places, (path) => {
      const less = without(path)
      const there = compareDocuments(smallDocument(), less)
      const back = compareDocuments(less, smallDocument())
      expect(back).toHaveLength(there.length)
      expect(bumpOf(there) === undefined).toBe(bumpOf(back) === undefined)
    }),
  )
})

test('the order of members does not matter', () => {
  fc.assert(
    fc.property(places, (path) => {
      const changes = compareDocuments(smallDocument(), without(path))
      expect(compareDocuments(turned(smallDocument()), turned(without(path)))).toStrictEqual(changes)
    }),
  )
})

function turned(document: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(document), (_key, value: unknown) =>
    isJsonObject(value) ? Object.fromEntries(Object.entries(value).toReversed()) : value,
  ) as JsonObject
}
