import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAuthError } from '../index.ts'
import { parseGrantRecord, serializeGrantRecord, type GrantRecord } from './grant-record.ts'

const record: GrantRecord = {
  v: 1,
  lineage: 'lineage-1',
  generation: 3,
  state: 'active',
  sinceMs: 1,
  renewal: { grant: 'refresh_token' },
  tokens: { accessToken: 'at-marker', refreshToken: 'rt-marker' },
  retryAtMs: 0,
  failures: 0,
  unresolved: 0,
  refused: false,
}
const claimed = { ...record, state: 'claimed', claim: { id: 'c', generation: 3, atMs: 1, deadlineMs: 2 } }

function codeOf(value: string): string | undefined {
  try {
    parseGrantRecord(value)
    return undefined
  } catch (error) {
    expect(String((error as Error).message)).not.toContain('marker')
    return isAuthError(error) ? error.code : String(error)
  }
}

describe('parseGrantRecord', () => {
  it('reads what was written, members of later versions of format 1 included', () => {
    const newer = { ...record, colour: 'blue', tokens: { ...record.tokens, shape: ['round'] } }
    expect(parseGrantRecord(serializeGrantRecord(newer))).toEqual(newer)
    expect(parseGrantRecord(JSON.stringify(claimed))).toEqual(claimed)
  })

  it.each([
    ['nothing', ''],
    ['text', 'rt-marker'],
    ['a truncated value', JSON.stringify(record).slice(0, -9)],
    ['null', 'null'],
    ['an array', '[]'],
    ['a number', '7'],
    ['an empty object', '{}'],
    ['no version', JSON.stringify({ ...record, v: undefined })],
    ['version 0', JSON.stringify({ ...record, v: 0 })],
    ['a version as text', JSON.stringify({ ...record, v: '1' })],
    ['an unknown state', JSON.stringify({ ...record, state: 'sleeping' })],
    ['no lineage', JSON.stringify({ ...record, lineage: undefined })],
    ['no tokens', JSON.stringify({ ...record, tokens: null })],
    ['tokens in a list', JSON.stringify({ ...record, tokens: [] })],
    ['an access token that is a number', JSON.stringify({ ...record, tokens: { accessToken: 7 } })],
    ['a refresh token that is null', JSON.stringify({ ...record, tokens: { refreshToken: null } })],
    ['an expiry as text', JSON.stringify({ ...record, tokens: { accessToken: 'at', expiresAtMs: '2030' } })],
    ['no renewal', JSON.stringify({ ...record, renewal: undefined })],
    ['a generation as text', JSON.stringify({ ...record, generation: '3' })],
    ['claimed by nobody', JSON.stringify({ ...record, state: 'claimed' })],
    ['a claim without an id', JSON.stringify({ ...claimed, claim: { generation: 3, atMs: 1, deadlineMs: 2 } })],
    ['a claim without a deadline', JSON.stringify({ ...claimed, claim: { id: 'c', generation: 3, atMs: 1 } })],
    ['a claim that nobody made', JSON.stringify({ ...record, claim: claimed.claim })],
  ])('refuses %s', (_what, value) => {
    expect(codeOf(value)).toBe('store_value_invalid')
  })

  it('refuses a newer format, whatever it holds', () => {
    expect(codeOf(JSON.stringify({ v: 2 }))).toBe('store_value_newer')
    expect(codeOf(JSON.stringify({ ...record, v: 1.5 }))).toBe('store_value_newer')
  })

  it('knows a record or refuses with one of two codes, for any value', () => {
    const shuffled = fc.record(
      Object.fromEntries(
        Object.entries(claimed).map(([name, value]) => [name, fc.oneof(fc.constant(value), fc.jsonValue())]),
      ),
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          shuffled.map((value) => JSON.stringify(value)),
        ),
        (value) => {
          expect([undefined, 'store_value_invalid', 'store_value_newer']).toContain(codeOf(value))
        },
      ),
    )
  })
})
