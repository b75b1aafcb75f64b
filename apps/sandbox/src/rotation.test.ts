import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  checkRotation,
  decideRefresh,
  type RefreshDecision,
  type RefreshTokenState,
  type Rotation,
} from './rotation.ts'

const day = 24 * 3600 * 1000
const fresh: RefreshTokenState = { issuedAtMs: 0, expiresAtMs: 30 * day, graceUses: 0, revoked: false }
const spent: RefreshTokenState = { ...fresh, spentAtMs: day }

test('none keeps the token for its whole life', () => {
  expect(decideRefresh(fresh, 'none', 29 * day)).toMatchObject({ verdict: 'current', accepted: true, replace: false })
})

test('sometimes replaces the token from 60 % of its life on', () => {
  expect(decideRefresh(fresh, 'sometimes', 18 * day - 1).replace).toBe(false)
  expect(decideRefresh(fresh, 'sometimes', 18 * day).replace).toBe(true)
})

test('strict replaces the token every time and takes a second presentation for theft', () => {
  expect(decideRefresh(fresh, 'strict', 1)).toMatchObject({ accepted: true, replace: true })
  expect(decideRefresh(spent, 'strict', day + 1)).toMatchObject({
    verdict: 'reuse',
    accepted: false,
    revokeFamily: true,
  })
})

test('grace forgives so many presentations for so many seconds, then it is strict', () => {
  const rotation = { grace: { seconds: 60, uses: 2 } }
  const inTime = decideRefresh(spent, rotation, day + 60_000)
  expect(inTime).toMatchObject({ verdict: 'spent_in_grace', accepted: true, replace: true, revokeFamily: false })
  const tooLate = decideRefresh(spent, rotation, day + 60_001)
  expect(tooLate).toMatchObject({ verdict: 'reuse', accepted: false, revokeFamily: true })
  const tooOften = decideRefresh({ ...spent, graceUses: 2 }, rotation, day + 1)
  expect(tooOften).toMatchObject({ verdict: 'reuse', revokeFamily: true })
})

test('a token that was replaced sometimes is refused later, but its family lives on', () => {
  expect(decideRefresh(spent, 'sometimes', 19 * day)).toMatchObject({ verdict: 'reuse', revokeFamily: false })
})

test('a spent token counts as reuse even after its family was revoked', () => {
  expect(decideRefresh({ ...spent, revoked: true }, 'strict', 2 * day).verdict).toBe('reuse')
})

const anyRotation: fc.Arbitrary<Rotation> = fc.oneof(
  fc.constantFrom<Rotation>('none', 'sometimes', 'strict'),
  fc.record({ grace: fc.record({ seconds: fc.nat(1000), uses: fc.nat(5) }) }),
)
const anyState = fc.record(
  {
    issuedAtMs: fc.constant(0),
    expiresAtMs: fc.integer({ min: 1, max: 60 * day }),
    graceUses: fc.nat(6),
    revoked: fc.boolean(),
    spentAtMs: fc.nat(60 * day),
  },
  { requiredKeys: ['issuedAtMs', 'expiresAtMs', 'graceUses', 'revoked'] },
)

function holdsAlways(rule: (decision: RefreshDecision, state: RefreshTokenState, nowMs: number) => boolean): void {
  fc.assert(
    fc.property(anyState, anyRotation, fc.nat(61 * day), (state, rotation, nowMs) =>
      rule(decideRefresh(state, rotation, nowMs), state, nowMs),
    ),
  )
}

test('whatever the profile, a token is accepted exactly if it is current or in grace', () => {
  holdsAlways(({ accepted, verdict }) => accepted === (verdict === 'current' || verdict === 'spent_in_grace'))
  expect.assertions(0)
})

test('whatever the profile, only what is accepted is replaced, and only theft ends a family', () => {
  holdsAlways(({ accepted, replace }) => accepted || !replace)
  holdsAlways(({ revokeFamily, verdict }) => verdict === 'reuse' || !revokeFamily)
  expect.assertions(0)
})

test('whatever the profile, an unspent token is current unless it is revoked or too old', () => {
  holdsAlways(({ verdict }, state, nowMs) => {
    if (state.spentAtMs !== undefined) return verdict !== 'current'
    if (state.revoked) return verdict === 'revoked'
    return verdict === (nowMs >= state.expiresAtMs ? 'expired' : 'current')
  })
  expect.assertions(0)
})

test.each([
  'always',
  undefined,
  null,
  {},
  { grace: {} },
  { grace: { seconds: -1, uses: 1 } },
  { grace: { seconds: 1, uses: 1, more: 1 } },
])('%j is no rotation', (value) => {
  expect(() => checkRotation(value)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
})
