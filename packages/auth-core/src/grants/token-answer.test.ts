import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleProvider } from '../../test/bench.ts'
import { readTokenAnswer } from './token-answer.ts'

const provider = exampleProvider({ extras: ['principal', 'loa', 'flag'], lifetimes: { accessTokenSeconds: 60 } })
const read = (body: Record<string, unknown>, isJson = true) => readTokenAnswer(body, isJson, provider)
const good = { access_token: 'at', token_type: 'Bearer', expires_in: 3600 }

describe('readTokenAnswer', () => {
  it('keeps a string refresh token, whatever else is wrong', () => {
    const other = fc.dictionary(
      fc.oneof(
        fc.constantFrom('access_token', 'token_type', 'expires_in', 'scope', 'principal', 'refresh_token_expires_in'),
        fc.string(),
      ),
      fc.oneof(fc.jsonValue(), fc.string()),
    )
    const token = fc.string({ unit: 'binary', minLength: 1 })
    fc.assert(
      fc.property(other, token, fc.boolean(), (members, refreshToken, isJson) => {
        const answer = read({ ...members, refresh_token: refreshToken }, isJson)
        expect(answer?.tokens.refreshToken).toBe(refreshToken)
      }),
    )
  })

  it('calls an access token usable only if it can be sent as a bearer token', () => {
    const kinds = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.jsonValue())
    fc.assert(
      fc.property(kinds, kinds, (accessToken, tokenType) => {
        const answer = read({ access_token: accessToken, token_type: tokenType, refresh_token: 'rt' })
        const fits =
          typeof accessToken === 'string' &&
          /^[!-~]+$/.test(accessToken) &&
          typeof tokenType === 'string' &&
          tokenType.toLowerCase() === 'bearer'
        expect(answer?.tokens.usable).toBe(fits)
        expect(answer?.problem === undefined).toBe(fits)
      }),
    )
  })

  it('finds no tokens where there is no string token', () => {
    for (const body of [{}, { access_token: '' }, { refresh_token: '' }, { access_token: 7, refresh_token: null }]) {
      expect(read(body)).toBeUndefined()
    }
  })

  it.each([
    [3600, 3_600_000],
    [0.5, 500],
    [undefined, 60_000],
    [315_360_000, 315_360_000_000],
  ])('reads expires_in %j as %i ms', (expiresIn, lifetimeMs) => {
    const { expires_in: _, ...rest } = good
    const answer = read(expiresIn === undefined ? rest : { ...rest, expires_in: expiresIn })
    expect(answer).toMatchObject({ tokens: { usable: true, lifetimeMs } })
  })

  it('knows no lifetime where neither the answer nor the provider names one', () => {
    const { expires_in: _, ...rest } = good
    expect(readTokenAnswer(rest, true, exampleProvider())?.tokens).not.toHaveProperty('lifetimeMs')
  })

  it('takes the life of a refresh token from the answer, else from the provider, and only beside one', () => {
    const withLife = exampleProvider({ lifetimes: { refreshTokenSeconds: 100 } })
    const life = (body: object) => readTokenAnswer({ ...good, ...body }, true, withLife)?.tokens.refreshTokenLifetimeMs
    expect(life({ refresh_token: 'rt' })).toBe(100_000)
    expect(life({ refresh_token: 'rt', refresh_token_expires_in: 7 })).toBe(7_000)
    expect(life({ refresh_token: 'rt', refresh_token_expires_in: 0 })).toBeUndefined()
    expect(life({})).toBeUndefined()
    expect(life({ refresh_token_expires_in: 7 })).toBe(7_000)
  })

  it('splits scopes, and tells an empty scope from an absent one', () => {
    expect(read({ ...good, scope: ' a  b ' })?.tokens.scopes).toEqual(['a', 'b'])
    expect(read({ ...good, scope: '' })?.tokens.scopes).toEqual([])
    expect(read(good)?.tokens).not.toHaveProperty('scopes')
    expect(read({ ...good, scope: ['a'] })?.tokens).not.toHaveProperty('scopes')
  })

  it('keeps simple values of the extras the provider names', () => {
    expect(read({ ...good, principal: 'a@example.com', loa: 3, flag: false, other: 'x' })?.tokens.extras).toEqual({
      principal: 'a@example.com',
      loa: 3,
      flag: false,
    })
    expect(read({ ...good, principal: { a: 1 }, loa: null })?.tokens.extras).toEqual({})
  })
})
