import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import { isJsonObject, type Json } from './json.ts'

test('keys are sorted at every depth, arrays keep their order, the text ends with one line feed', () => {
  expect(canonicalJson({ b: [{ z: 1, a: 2 }, 'x'], a: null })).toBe(
    '{\n  "a": null,\n  "b": [\n    {\n      "a": 2,\n      "z": 1\n    },\n    "x"\n  ]\n}\n',
  )
})

test('the order in which members were written never shows', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = value as Json
      expect(canonicalJson(reversed(json))).toBe(canonicalJson(json))
      expect(canonicalJson(JSON.parse(canonicalJson(json)))).toBe(canonicalJson(json))
      expect(canonicalJson(json)).not.toContain('\r')
    }),
  )
})

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  )
}
