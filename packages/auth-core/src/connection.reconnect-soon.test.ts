import { describe, expect, it } from 'vitest'
import { connectedBench, createBench, rotated, type Bench } from '../test/bench.ts'
import { vendorGrant } from './grants/vendor-grant.ts'
import type { AuthEvent } from './index.ts'

const daySeconds = 24 * 3600
const dayMs = daySeconds * 1000

/** Connected with a refresh token that ends after some days, and an access token that outlives it. */
async function lastingBench(days: number, members: Record<string, unknown> = {}): Promise<Bench> {
  const bench = createBench([rotated(1, { expires_in: 400 * daySeconds, ...members }), rotated(2)], {
    provider: { lifetimes: { refreshTokenSeconds: days * daySeconds } },
  })
  const redirectUri = 'https://app.example.com/callback'
  const { url } = await bench.client.beginAuthorization('ada', { redirectUri, session: 's' })
  const callback = new URL(`${redirectUri}?code=c&state=${url.searchParams.get('state')}`)
  await bench.client.completeAuthorization(callback, { session: 's' })
  return bench
}

function warnings(events: readonly AuthEvent[]) {
  return events.filter(({ type }) => type === 'reconnect_soon')
}

/** Lets days pass and uses the connection, which looks at the store in the background. */
async function warningsAfter(bench: Bench, days: number) {
  await bench.clock.advance(days * dayMs)
  await bench.run(bench.connection.accessToken())
  await bench.clock.advance(0)
  return warnings(bench.events)
}

describe('the event reconnect_soon', () => {
  it('comes once in each process, seven days before the end', async () => {
    const bench = await lastingBench(60)
    const endMs = bench.clock.wallMs() + 60 * dayMs
    expect(await warningsAfter(bench, 52.9)).toEqual([])
    const warning = { type: 'reconnect_soon', provider: 'example', account: 'ada', generation: 1 }
    expect(await warningsAfter(bench, 0.2)).toEqual([{ ...warning, refreshTokenExpiresAtMs: endMs }])
    expect(await warningsAfter(bench, 1)).toHaveLength(1)
    const other = bench.another()
    await bench.run(other.connection.accessToken())
    expect(warnings(other.events)).toHaveLength(1)
  })

  it('comes in the last quarter of a short life, by the answer rather than by the provider’s data', async () => {
    const bench = await lastingBench(60, { refresh_token_expires_in: 8 * daySeconds })
    expect(await warningsAfter(bench, 5.9)).toEqual([])
    expect(await warningsAfter(bench, 0.2)).toHaveLength(1)
  })

  it('comes again for a new refresh token, near its own end', async () => {
    const bench = await lastingBench(8)
    expect(await warningsAfter(bench, 7)).toHaveLength(1)
    await bench.run(bench.connection.refresh())
    expect(warnings(bench.events)).toHaveLength(1)
    await bench.clock.advance(7 * dayMs)
    await bench.run(bench.connection.status())
    expect(warnings(bench.events)).toHaveLength(2)
  })

  it('does not come where no end is known, nor for a grant that is over', async () => {
    const endless = await connectedBench([])
    await endless.clock.advance(400 * dayMs)
    await endless.connection.status()
    expect(warnings(endless.events)).toEqual([])
    const closed = await lastingBench(8)
    await closed.run(closed.connection.disconnect())
    await closed.clock.advance(8 * dayMs)
    await closed.connection.status()
    expect(warnings(closed.events)).toEqual([])
  })

  it('does not come in a process that can exchange a token of its own instead', async () => {
    const token = vendorGrant({ name: 'badge', grantType: 'x', parameter: 'badge', token: () => 'b' })
    const bench = createBench([rotated(1, { refresh_token_expires_in: 8 * daySeconds, expires_in: 20 * daySeconds })])
    await bench.client.connect('ada', token)
    await bench.run(bench.connection.accessToken())
    expect(await warningsAfter(bench, 7)).toEqual([])
    const other = bench.another()
    await bench.run(other.connection.accessToken())
    expect(warnings(other.events)).toHaveLength(1)
  })
})
