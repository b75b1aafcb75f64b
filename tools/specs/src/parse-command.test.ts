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
  [
    ['import', 'a.json', '--api', 'small', '--origin', 'A page'],
    { name: 'import', file: 'a.json', api: 'small', origin: 'A page', replace: false },
  ],
  [
    ['import', 'a.json', '--api=b', '--origin=c', '--revision=7', '--date=2026-01-31', '--replace'],
    { name: 'import', file: 'a.json', api: 'b', origin: 'c', revision: '7', date: '2026-01-31', replace: true },
  ],
  [['diff', 'a.json', 'b.json'], { name: 'diff', before: 'a.json', after: 'b.json', json: false }],
  [['diff', '--json', 'a.json', 'b.json'], { name: 'diff', before: 'a.json', after: 'b.json', json: true }],
])('specs %j is understood', (args, command) => {
  expect(parseCommand(args)).toStrictEqual(command)
})

test.each([
  [['genarate', 'small'], 'unknown_command', 'list, resolve, generate, check, import, diff'],
  [['generate'], 'missing_argument', 'name of an API'],
  [['generate', 'small'], 'missing_argument', '--out <dir>'],
  [['generate', 'small', '--out'], 'missing_argument', '--out'],
  [['generate', 'small', '--watch'], 'unknown_option', '--out'],
  [['generate', 'small', '-o', 'src'], 'unknown_option', '-o'],
  [['generate', 'small', 'other', '--out', 'src'], 'unknown_option', 'other'],
  [['list', 'small'], 'unknown_option', 'small'],
  [['check', '--out', 'src'], 'unknown_option', 'no option "--out"'],
  [['import'], 'missing_argument', 'needs the file'],
  [['import', 'a.json'], 'missing_argument', '--api <name>'],
  [['import', 'a.json', '--api', 'a'], 'missing_argument', '--origin <text>'],
  [['import', 'a.json', '--api'], 'missing_argument', '--api, --origin, --revision, --date need a value'],
  [['import', 'a.json', 'b.json', '--api', 'a', '--origin', 'b'], 'unknown_option', 'b.json'],
  [['import', 'a.json', '--force'], 'unknown_option', '--replace'],
  [['diff', 'a.json'], 'missing_argument', 'two files'],
  [['diff', 'a', 'b', 'c'], 'unknown_option', 'takes no argument "c"'],
  [['diff', 'a', 'b', '--yaml'], 'unknown_option', '--json'],
])('specs %j is refused with what there is', async (args, code, words) => {
  const failure = await failureOf(() => parseCommand(args))
  expect(failure.code).toBe(code)
  expect(failure.message).toContain(words)
})
