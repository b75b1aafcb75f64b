import { describe, expect, it } from 'vitest'
import { connectedBench, deferred, rejection, rotated } from '../test/bench.ts'
import type { TokenSet } from './index.ts'

const hourMs = 3_600_000
const hasty = { sendMs: 1_000, requestMs: 5_000, saveMs: 1_000, claimMs: 8_000, waitMs: 8_000, quietMs: 10_000 }

describe('two processes with different options on one grant', () => {
  it('the one with shorter times waits for the claim of the other, and uses its tokens', async () => {
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise])
    const other = bench.another({ times: hasty })
    await bench.clock.advance(hourMs)
    const patient = bench.connection.accessToken()
    await bench.clock.advance(100)
    expect(await rejection(bench.run(other.connection.accessToken()))).toMatchObject({ code: 'wait_timeout' })
    const joined = other.connection.accessToken()
    answer.resolve(rotated(2))
    expect((await bench.run(Promise.all([patient, joined]))).map(({ value }) => value)).toEqual(['at-2', 'at-2'])
    expect(bench.fetch.requests).toHaveLength(2)
  })

  it('the one with longer times counts a claim of the other as over when that says so, and rests as it would itself', async () => {
    const lost = deferred<Response>()
    const bench = await connectedBench([() => lost.promise, rotated(2)])
    const other = bench.another({ times: hasty })
    await bench.clock.advance(hourMs)
    // Its answer never comes.
    const hung = rejection(other.connection.accessToken())
    await bench.clock.advance(hasty.requestMs)
    expect(await hung).toMatchObject({ code: 'provider_no_answer' })
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'backing_off' })
    expect(bench.fetch.requests).toHaveLength(2)
    await bench.clock.advance(hasty.quietMs)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(await bench.record()).toMatchObject({ generation: 3, unresolved: 0 })
  })

  it('the one that refreshes earlier does so for both, and only its hook is told', async () => {
    const told: [string, number][] = []
    const hook = (name: string) => async (tokens: TokenSet) => void told.push([name, tokens.generation])
    const bench = await connectedBench([rotated(2)], { options: { onTokenRefresh: hook('late') } })
    told.length = 0
    const early = bench.another({ times: { windowMs: 900_000 }, onTokenRefresh: hook('early') })
    await bench.clock.advance(hourMs - 800_000)
    // The first call looks what is stored, the second one finds it due.
    for (let call = 0; call < 2; call += 1) await early.connection.accessToken()
    await bench.clock.advance(0)
    await bench.connection.accessToken()
    await bench.clock.advance(0)
    expect((await bench.connection.accessToken()).value).toBe('at-2')
    expect(bench.fetch.requests).toHaveLength(2)
    expect(told).toEqual([['early', 3]])
  })

  it('the one that may not refresh by itself uses what the other fetched, and says so when nobody did', async () => {
    const bench = await connectedBench([rotated(2)])
    const passive = bench.another({ autoRefresh: false, background: 'off' })
    await bench.clock.advance(hourMs)
    expect(await rejection(bench.run(passive.connection.accessToken()))).toMatchObject({ code: 'access_token_expired' })
    await bench.run(bench.connection.accessToken())
    expect((await bench.run(passive.connection.accessToken())).value).toBe('at-2')
    expect(bench.fetch.requests).toHaveLength(2)
  })
})
