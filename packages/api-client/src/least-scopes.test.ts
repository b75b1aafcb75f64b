import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leastScopes } from './index.ts'

const operations = {
  listEvents: { scopes: [['events.read'], ['events'], ['everything']] },
  addEvent: { scopes: [['events'], ['everything']] },
  getMe: { scopes: [['me'], ['everything']] },
  moveEvent: { scopes: [['events', 'me'], ['everything']] },
  ping: {},
  status: { scopes: [] },
}

describe('leastScopes', () => {
  it.each([
    [['listEvents'], ['events.read']],
    [['listEvents', 'addEvent'], ['events']],
    [
      ['addEvent', 'getMe'],
      ['events', 'me'],
    ],
    [['moveEvent'], ['events', 'me']],
    [
      ['moveEvent', 'listEvents', 'getMe'],
      ['events', 'me'],
    ],
    [['ping', 'status'], []],
    [[], []],
  ] as const)('of %j are %j', (ids, scopes) => {
    expect(leastScopes(operations, ids)).toEqual(scopes)
  })

  it('refuses what is no operation, also a name every object has', () => {
    expect(() => leastScopes(operations, ['toString' as 'ping'])).toThrow(
      expect.objectContaining({ code: 'invalid_option', message: 'There is no operation "toString".' }),
    )
  })

  const scope = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const alternatives = fc.array(fc.uniqueArray(scope, { minLength: 1, maxLength: 3 }), { maxLength: 4 })
  const isEnough = (needs: string[][][], scopes: string[]) =>
    needs.every((need) => need.length === 0 || need.some((together) => together.every((each) => scopes.includes(each))))

  it('allows every operation, holds nothing that could be left out, and does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(alternatives, { maxLength: 6 }), (needs) => {
        const table = Object.fromEntries(needs.map((scopes, index) => [`operation${index}`, { scopes }]))
        const ids = Object.keys(table)
        const least = leastScopes(table, ids)
        expect(isEnough(needs, least)).toBe(true)
        for (const one of least)
          expect(
            isEnough(
              needs,
              least.filter((other) => other !== one),
            ),
          ).toBe(false)
        expect(leastScopes(table, ids.toReversed())).toEqual(least)
      }),
    )
  })
})
