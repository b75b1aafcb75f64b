import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyOverlay } from './apply-overlay.ts'
import type { Json, JsonObject } from './json.ts'
import type { OverlayAction } from './parse-overlay.ts'
import { failureOf } from './testing/failure-of.ts'

const shop = (): JsonObject => ({
  info: { title: 'Old', tags: ['a'] },
  paths: { '/a/{id}': { get: { id: 1 } }, '/b': { get: { id: 2 }, put: { id: 3 } } },
  list: [{ name: 'x' }, { name: 'y' }, { name: 'z' }],
})

function update(target: string, value: Json, more: Partial<OverlayAction> = {}): OverlayAction {
  return { ...base, target, change: { kind: 'update', value }, ...more }
}

function remove(target: string, more: Partial<OverlayAction> = {}): OverlayAction {
  return { ...base, target, change: { kind: 'remove' }, ...more }
}

const base = { description: 'Why.', evidence: 'Where.', date: '2026-01-31', expectAbsent: [] }

function apply(...actions: OverlayAction[]): JsonObject {
  return applyOverlay(shop(), { actions })
}

test('an update merges objects, appends arrays and replaces everything else', () => {
  expect(apply(update('$.info', { title: 'New', tags: ['b', 'c'], more: { n: null } }))['info']).toStrictEqual({
    title: 'New',
    tags: ['a', 'b', 'c'],
    more: { n: null },
  })
})

test('an update of another kind replaces: an object by a text, a text by a list', () => {
  expect(apply(update('$', { info: 'gone', list: { now: 'object' } }))).toMatchObject({
    info: 'gone',
    list: { now: 'object' },
  })
})

test('an update of an array appends one item, whatever the item is', () => {
  expect(apply(update('$.info.tags', 'b'), update('$.info.tags', ['c']))['info']).toMatchObject({
    tags: ['a', 'b', ['c']],
  })
})

test('an update reaches every node that the target names', () => {
  expect(apply(update("$.paths['/a/{id}','/b'].get", { seen: true }))['paths']).toStrictEqual({
    '/a/{id}': { get: { id: 1, seen: true } },
    '/b': { get: { id: 2, seen: true }, put: { id: 3 } },
  })
})

test('a value that is written twice is not shared between the places', () => {
  const result = apply(update('$.list[*]', { more: { n: 1 } }), update('$.list[0].more', { n: 2 }))
  expect(result['list']).toMatchObject([{ more: { n: 2 } }, { more: { n: 1 } }, { more: { n: 1 } }])
})

test('a removal takes members and array items, several at once', () => {
  expect(
    apply(remove('$.list[0,2]'), remove("$.paths['/b'].put"), remove("$.list[?@.name == 'q' || @.name == 'y']")),
  ).toMatchObject({
    list: [],
    paths: { '/b': { get: { id: 2 } } },
  })
})

test('actions see what the ones before them did', () => {
  const result = apply(
    remove('$.info.title', { expect: 'Old' }),
    update('$.info', { title: { text: 'New' } }, { expectAbsent: ['$.info.title'] }),
    update('$.info.title', { lang: 'en' }, { expect: { text: 'New' } }),
  )
  expect(result['info']).toMatchObject({ title: { text: 'New', lang: 'en' } })
})

test('the document given stays as it is', () => {
  const document = shop()
  applyOverlay(document, { actions: [update('$.info', { title: 'New' }), remove('$.list')] })
  expect(document).toStrictEqual(shop())
})

test.each([
  ['a target that names nothing', update('$.info.subtitle', {}), 'names nothing'],
  ['a removal that finds nothing', remove("$.list[?@.name == 'q']"), 'names nothing'],
  ['another value than expected', update('$.info', {}, { expect: { title: 'Older', tags: ['a'] } }), '"title":"Old"'],
  ['more members than expected', update('$.info', {}, { expect: { title: 'Old' } }), 'is now'],
  ['one target of several that differs', update('$.paths.*.get', {}, { expect: { id: 1 } }), '{"id":2}'],
  [
    'something there that was to be absent',
    update('$.info', {}, { expectAbsent: ['$.none', '$.info.title'] }),
    '$.info.title',
  ],
])('%s makes the action stale', async (_name, action, words) => {
  const failure = await failureOf(() => apply(action))
  expect(failure.code).toBe('overlay_stale')
  expect(failure.message).toContain(words)
  expect(failure.message).toContain('action 1')
})

test.each([
  ['a target that is no JSONPath', update('$.[', {}), 'not a JSONPath'],
  ['an absence that is no JSONPath', update('$', {}, { expectAbsent: ['info'] }), 'not a JSONPath'],
  ['an update into a text', update('$.info.title', { a: 1 }), 'needs an object or an array'],
  ['a text into an object', update('$.info', 'x'), 'needs an object or an array'],
  ['a removal of everything', remove('$'), 'whole document'],
])('%s is a mistake of the overlay', async (_name, action, words) => {
  const failure = await failureOf(() => apply(action))
  expect(failure.code).toBe('overlay_invalid')
  expect(failure.message).toContain(words)
})

test('merging into the root is idempotent where there are no arrays, and the update always wins', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const tree = fc.letrec<{ node: Json }>((tie) => ({
    node: fc.oneof({ depthSize: 'small' }, leaf, fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('node'))),
  })).node
  const object = fc.dictionary(fc.constantFrom('a', 'b', 'c'), tree)
  fc.assert(
    fc.property(object, object, (document, change) => {
      const once = applyOverlay(document, { actions: [update('$', change)] })
      expect(applyOverlay(once, { actions: [update('$', change)] })).toStrictEqual(once)
      expect(once).toMatchObject(change)
    }),
  )
})
