import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const table = readFileSync(join(root, 'docs/pitfalls.md'), 'utf8')
const rows = [
  ...table.matchAll(/^\| (?<id>[A-F]\d+) +\|.*?\| \*\*(?<state>prevented|documented)\*\* +\| (?<how>.+?) +\|$/gm),
]

const tests = ['src', 'test']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(root, folder, file)),
  )
  .filter((file) => /\.test(?:-d)?\.ts$/.test(file))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')

/** Numbers in brackets at the end of names: `… (A3, E5)`. */
const tested = new Set(
  [...tests.matchAll(/\(([A-F]\d+(?:, [A-F]\d+)*)\)['`]/g)].flatMap(([, ids = '']) => ids.split(', ')),
)

const count = { A: 12, B: 8, C: 12, D: 12, E: 8, F: 6 }
const known = Object.entries(count).flatMap(([group, size]) =>
  Array.from({ length: size }, (_, index) => `${group}${index + 1}`),
)

test('every known pitfall has one row, which says what is done about it', () => {
  expect(rows.map(({ groups }) => groups?.['id'])).toEqual(known)
})

test('what is called prevented has a test that names it, and no test names what is not', () => {
  const prevented = rows.filter(({ groups }) => groups?.['state'] === 'prevented').map(({ groups }) => groups?.['id'])
  expect([...tested].toSorted()).toEqual(prevented.toSorted())
})
