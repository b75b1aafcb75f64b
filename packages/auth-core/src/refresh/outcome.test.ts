import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleProvider } from '../../test/bench.ts'
import { authErrorCodes, isAuthError } from '../index.ts'
import type { Reply } from '../grants/token-endpoint.ts'
import { findSecrets } from '../testing/index.ts'
import { classify, safeCause } from './outcome.ts'

const about = { provider: exampleProvider(), account: 'ada', secrets: ['client-secret-marker', 'refresh-token-marker'] }

/** JSON, with the members that matter turning up often and with values of every kind. */
const body = fc.oneof(
  fc.record(
    {
      error: fc.oneof(
        fc.constantFrom(
          'invalid_grant',
          'invalid_client',
          'Invalid_Grant',
          ' invalid_grant',
          'invalid_grant\n',
          'x',
          '',
        ),
        fc.jsonValue(),
      ),
      error_description: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...about.secrets), fc.jsonValue()),
      access_token: fc.oneof(fc.string(), fc.jsonValue()),
      refresh_token: fc.oneof(fc.string(), fc.jsonValue()),
      expires_in: fc.oneof(fc.double(), fc.jsonValue()),
      token_type: fc.oneof(fc.constantFrom('Bearer', 'mac'), fc.jsonValue()),
      scope: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
  fc.dictionary(fc.string(), fc.jsonValue()),
  fc.constant(undefined),
)
const status = fc.oneof(
  fc.constantFrom(200, 201, 302, 400, 401, 403, 408, 429, 500, 503),
  fc.integer({ min: 0, max: 999 }),
)
const answer = fc
  .record({ status, isJson: fc.boolean(), body })
  .map(({ body: json, ...rest }): Reply => ({ kind: 'answer', ...rest, ...(json === undefined ? {} : { body: json }) }))
const failure = fc.record({
  kind: fc.constant('failure' as const),
  neverSent: fc.boolean(),
  aborted: fc.boolean(),
  cause: fc.oneof(
    fc.anything(),
    fc.string().map((text) => new Error(text, { cause: new Error(about.secrets[0]) })),
  ),
})

describe('classify', () => {
  it('decides on every reply, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(answer, failure), (reply) => {
        const outcome = classify(reply, about)
        expect(['tokens', 'rejected', 'not_consumed', 'unknown']).toContain(outcome.kind)
        if (outcome.kind !== 'tokens') {
          expect(isAuthError(outcome.error)).toBe(true)
          expect(authErrorCodes).toContain(outcome.error.code)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('ends a grant only for the JSON error invalid_grant in a 4xx', () => {
    fc.assert(
      fc.property(fc.oneof(answer, failure), (reply) => {
        const isVerdict =
          reply.kind === 'answer' &&
          reply.status >= 400 &&
          reply.status < 500 &&
          reply.status !== 408 &&
          reply.status !== 429 &&
          reply.body?.['error'] === 'invalid_grant'
        expect(classify(reply, about).kind === 'rejected').toBe(isVerdict)
      }),
      { numRuns: 500 },
    )
  })

  it('sees tokens in every 200 with a string token, whatever else is wrong, and nowhere else', () => {
    fc.assert(
      fc.property(fc.oneof(answer, failure), (reply) => {
        const holds = (name: string) =>
          reply.kind === 'answer' && typeof reply.body?.[name] === 'string' && reply.body[name] !== ''
        const hasTokens =
          reply.kind === 'answer' && reply.status === 200 && (holds('access_token') || holds('refresh_token'))
        const outcome = classify(reply, about)
        expect(outcome.kind === 'tokens').toBe(hasTokens)
        if (outcome.kind === 'tokens' && holds('refresh_token')) {
          expect(outcome.read.tokens.refreshToken).toBe(
            (reply as { body: Record<string, unknown> }).body['refresh_token'],
          )
        }
      }),
      { numRuns: 500 },
    )
  })

  it('counts nothing as surely not consumed that may have been processed', () => {
    fc.assert(
      fc.property(fc.oneof(answer, failure), (reply) => {
        const outcome = classify(reply, about)
        if (outcome.kind !== 'not_consumed') return
        if (reply.kind === 'failure') expect(reply.neverSent).toBe(true)
        else
          expect([reply.status >= 400 && reply.status < 500, reply.status]).toEqual([true, expect.not.toBeOneOf([408])])
      }),
      { numRuns: 500 },
    )
  })

  it('shows no secret that the other side echoes', () => {
    fc.assert(
      fc.property(fc.oneof(answer, failure), (reply) => {
        const outcome = classify(reply, about)
        if (outcome.kind === 'tokens') return
        expect(findSecrets(outcome.error, { client: about.secrets[0]!, refresh: about.secrets[1]! })).toEqual([])
      }),
    )
  })
})

describe('safeCause', () => {
  it('keeps name, code and cleaned message of the innermost error one step down, and nothing else', () => {
    const inner = Object.assign(new Error('connect secret-marker ECONNREFUSED\n127.0.0.1'), {
      code: 'ECONNREFUSED',
      request: { body: 'secret-marker' },
    })
    const cause = safeCause(new TypeError('fetch failed', { cause: inner }), ['secret-marker'])
    expect(cause).toMatchObject({
      name: 'TypeError',
      message: 'connect [redacted] ECONNREFUSED 127.0.0.1',
      code: 'ECONNREFUSED',
    })
    expect(Object.keys(cause!).toSorted()).toEqual(['code', 'name'])
    expect(cause?.stack).toBeUndefined()
    expect(cause?.cause).toBeUndefined()
  })

  it('is absent for what is no error', () => {
    for (const value of [undefined, null, 'text', 7, { message: 'x' }]) expect(safeCause(value, [])).toBeUndefined()
  })

  it('keeps no code that is no text', () => {
    expect(Object.keys(safeCause(Object.assign(new Error('x'), { code: 7 }), [])!)).toEqual(['name'])
  })
})
