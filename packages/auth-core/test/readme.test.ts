import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { authClientOptionNames, authErrorCodes, defaultTimes } from '../src/index.ts'

const textOf = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')
const readme = textOf('../README.md')

function missing(names: readonly string[], text: string = readme): readonly string[] {
  return names.filter((name) => !text.includes(`\`${name}\``))
}

test('the README names every option and every time', () => {
  expect(missing(authClientOptionNames)).toEqual([])
  expect(missing(Object.keys(defaultTimes))).toEqual([])
})

test('every error code stands in this README or in that of node-auth', () => {
  expect(missing(authErrorCodes, readme + textOf('../../node-auth/README.md'))).toEqual([])
})

test('the README names every event and every outcome', () => {
  const declared = textOf('../src/events.ts')
  const types = [...declared.matchAll(/type: ((?:'\w+'(?: \| )?)+)/g)].flatMap(
    ([, names = '']) => names.match(/\w+/g) ?? [],
  )
  const outcomes = [...declared.matchAll(/^ {2}\| '(\w+)'$/gm)].map(([, name = '']) => name)
  expect([types.length, outcomes.length]).toEqual([5, 19])
  expect(missing([...types, ...outcomes])).toEqual([])
})

test('the README names every path that can be imported', () => {
  const { exports } = JSON.parse(textOf('../package.json')) as { exports: object }
  const paths = Object.keys(exports).filter((path) => path !== './package.json')
  expect(paths.filter((path) => !readme.includes(`@grantkit/auth-core${path.slice(1)}`))).toEqual([])
})
