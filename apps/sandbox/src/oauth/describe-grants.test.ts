import { beforeEach, describe, expect, test } from 'vitest'
import { accountKey, refresh, signIn, startMs } from '../../test/play-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

let sandbox: Sandbox

beforeEach(() => {
  sandbox = createSandbox({ startMs, rotation: 'strict' })
})

const states = () =>
  sandbox.control.grants.list().map(({ refreshTokens, accessTokens }) => ({
    refresh: refreshTokens.map(({ state }) => state),
    access: accessTokens.map(({ state }) => state),
  }))

describe('the list of grants', () => {
  test('says what was given out, to whom, and when it ends', async () => {
    await signIn(sandbox, { scope: 'voice-admin.v1.read' })
    const [issued] = sandbox.control.ledger.entries({ kind: 'token' })
    expect(sandbox.control.grants.list()).toEqual([
      {
        family: 'family-1',
        vendor: 'goto',
        clientId: 'sandbox-client',
        account: accountKey,
        principal: 'ada.example@example.com',
        scopes: ['voice-admin.v1.read'],
        refreshTokens: [
          {
            hash: issued?.issuedRefreshToken?.hash,
            generation: 1,
            state: 'current',
            issuedAtMs: startMs,
            expiresAtMs: startMs + 30 * 24 * 3_600_000,
          },
        ],
        accessTokens: [
          {
            hash: issued?.issuedAccessToken?.hash,
            generation: 1,
            state: 'current',
            issuedAtMs: startMs,
            expiresAtMs: startMs + 3_600_000,
          },
        ],
      },
    ])
  })

  test('follows a token through its life', async () => {
    const first = await signIn(sandbox)
    await refresh(sandbox, first.refresh)
    expect(states()).toEqual([{ refresh: ['spent', 'current'], access: ['current', 'current'] }])
    sandbox.control.expireAccessTokens()
    expect(states()).toEqual([{ refresh: ['spent', 'current'], access: ['expired', 'expired'] }])
    await refresh(sandbox, first.refresh)
    expect(states()).toEqual([{ refresh: ['spent', 'revoked'], access: ['revoked', 'revoked'] }])
    await signIn(sandbox)
    sandbox.control.clock.advance(31 * 24 * 3_600_000)
    expect(states().at(-1)).toEqual({ refresh: ['expired'], access: ['expired'] })
  })

  test('holds no secret', async () => {
    const { access, refresh: token } = await signIn(sandbox)
    const written = JSON.stringify(sandbox.control.grants.list())
    for (const secret of [access, token]) expect(written).not.toContain(secret)
  })
})
