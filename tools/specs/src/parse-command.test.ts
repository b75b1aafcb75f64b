import { expect, test } from 'vitest'
import { parseCommand } from './parse-command.ts'
import { failureOf } from './testing/failure-of.ts'

test.each([
  [[], { name: 'help' }],
  [['--help'], { name: 'help' }],
  [['list'], { name: 'list' }],
  [['check'], { name: 'check' }],
  [['resolve', 'small'], { name: 'resolve', api: 'small' }],
  [['resolve', 'small', '--out', 'a.json'], { name: 'resolve', api: 'small', out: 'a.json' }],
  [['generate', '--out=src', 'small'], { name: 'generate', api: 'small', out: 'src' }],
])('specs %j is understood', (args, command) => {
  expect(parseCommand(args)).toStrictEqual(command)
})

test.each([
  [['genarate', 'small'], 'unknown_command', 'list, resolve, generate, check'],
  [['generate'], 'missing_argument', 'name of an API'],
  [['generate', 'small'], 'missing_argument', '--out <dir>'],
  [['generate', 'small', '--out'], 'missing_argument', '--out'],
  [['generate', 'small', '--watch'], 'unknown_option', '--out'],
  [['generate', 'small', '-o', 'src'], 'unknown_option', '-o'],
  [['generate', 'small', 'other', '--out', 'src'], 'unknown_option', 'other'],
  [['list', 'small'], 'unknown_option', 'small'],
  [['check', '--out', 'src'], 'unknown_option', 'no option "--out"'],
])('specs %j is refused with what there is', async (args, code, words) => {
  const failure = await failureOf(() => parseCommand(args))
  expect(failure.code).toBe(code)
  expect(failure.message).toContain(words)
})
