import { expect, test } from 'vitest'
import { parseOverlay } from './parse-overlay.ts'
import { failureOf } from './testing/failure-of.ts'

const action = {
  target: '$.info',
  description: 'Why.',
  'x-evidence': 'Where.',
  'x-date': '2026-01-31',
  'x-expect': { title: 'Old' },
  update: { title: 'New' },
}

function overlayOf(...actions: unknown[]): string {
  return JSON.stringify({ overlay: '1.0.0', info: { title: 'T', version: '1' }, extends: './source.yaml', actions })
}

test('an action is read with its reason, evidence, date and expectation', () => {
  expect(parseOverlay(overlayOf(action), 'overlay.yaml')).toStrictEqual({
    actions: [
      {
        target: '$.info',
        description: 'Why.',
        evidence: 'Where.',
        date: '2026-01-31',
        expect: { title: 'Old' },
        expectAbsent: [],
        change: { kind: 'update', value: { title: 'New' } },
      },
    ],
  })
})

test('an overlay without actions is allowed', () => {
  expect(parseOverlay(overlayOf(), 'overlay.yaml')).toStrictEqual({ actions: [] })
})

test('false, 0 and null are values like others, in what is expected as in what is written', () => {
  for (const value of [false, 0, null]) {
    const [parsed] = parseOverlay(overlayOf({ ...action, 'x-expect': value, update: value }), 'overlay.yaml').actions
    expect(parsed?.expect).toBe(value)
    expect(parsed?.change).toStrictEqual({ kind: 'update', value })
  }
})

test.each([
  ['no target', { ...action, target: undefined }, '"target"'],
  ['no reason', { ...action, description: '' }, '"description"'],
  ['no evidence', { ...action, 'x-evidence': undefined }, '"x-evidence"'],
  ['no date', { ...action, 'x-date': undefined }, '"x-date"'],
  ['a date in words', { ...action, 'x-date': 'today' }, '"x-date"'],
  ['nothing that can expire', { ...action, 'x-expect': undefined }, 'never expire'],
  ['an empty list of absences', { ...action, 'x-expect': undefined, 'x-expect-absent': [] }, 'never expire'],
  ['an absence that is no list', { ...action, 'x-expect-absent': '$.a' }, '"x-expect-absent"'],
  ['an absence that is no text', { ...action, 'x-expect-absent': [1] }, '"x-expect-absent"'],
  ['both update and remove', { ...action, remove: true }, 'not both'],
  ['neither update nor remove', { ...action, update: undefined }, 'needs either'],
  ['remove: false', { ...action, update: undefined, remove: false }, '"remove" may only be true'],
  ['a misspelt member', { ...action, 'x-expects': 1 }, '"x-expects"'],
  ['a text instead of an action', 'x', 'is not an object'],
])('an action with %s is refused, and the message counts the action', async (_name, wrong, words) => {
  const failure = await failureOf(() => parseOverlay(overlayOf(action, wrong), 'overlay.yaml'))
  expect(failure.code).toBe('overlay_invalid')
  expect(failure.message).toContain('action 2')
  expect(failure.message).toContain(words)
})

test.each([
  ['another version', { overlay: '2.0.0', info: { title: 'T', version: '1' }, actions: [] }, '1.0.0'],
  ['no title', { overlay: '1.0.0', info: { version: '1' }, actions: [] }, '"info"'],
  ['actions that are no list', { overlay: '1.0.0', info: { title: 'T', version: '1' }, actions: {} }, '"actions"'],
  ['an unknown member', { overlay: '1.0.0', info: { title: 'T', version: '1' }, actions: [], more: 1 }, '"more"'],
  [
    'a number to extend',
    { overlay: '1.0.0', info: { title: 'T', version: '1' }, actions: [], extends: 1 },
    '"extends"',
  ],
])('an overlay with %s is refused', async (_name, value, words) => {
  const failure = await failureOf(() => parseOverlay(JSON.stringify(value), 'overlay.yaml'))
  expect(failure.code).toBe('overlay_invalid')
  expect(failure.message).toContain(words)
})
