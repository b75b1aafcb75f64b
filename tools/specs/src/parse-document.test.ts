import { expect, test } from 'vitest'
import { parseDocument } from './parse-document.ts'
import { failureOf } from './testing/failure-of.ts'

test('YAML and JSON give the same value', () => {
  const fromYaml = parseDocument('openapi: 3.1.0\nlist: [1, yes, null]\n', 'source.yaml')
  expect(fromYaml).toStrictEqual(parseDocument('{"openapi":"3.1.0","list":[1,"yes",null]}', 'source.json'))
})

test('a shared anchor becomes two values that do not know each other', () => {
  const document = parseDocument('a: &x { n: 1 }\nb: *x\n', 'source.yaml')
  expect(document).toStrictEqual({ a: { n: 1 }, b: { n: 1 } })
  expect(document['a']).not.toBe(document['b'])
})

test.each([
  ['a repeated key', 'a: 1\na: 2\n', 'unique'],
  ['a broken line', 'a: [1\n', 'source.yaml is not valid YAML'],
  ['a list at the top', '- 1\n', 'not an object'],
  ['a member that would change how objects work', 'a: { __proto__: { b: 1 } }\n', '__proto__'],
  ['an empty file', '', 'not an object'],
])('%s is refused', async (_name, text, words) => {
  const failure = await failureOf(() => parseDocument(text, 'source.yaml'))
  expect(failure.code).toBe('source_invalid')
  expect(failure.message).toContain(words)
})

test('JSON may be indented with tabs', () => {
  expect(parseDocument('{\n\t"a": {\n\t\t"b": [\n\t\t\t1\n\t\t]\n\t}\n}', 'source.json')).toStrictEqual({
    a: { b: [1] },
  })
})
