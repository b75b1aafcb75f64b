import { createFakeClock } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { createCircuits, type Circuits, type Outcome } from './circuits.ts'

function openCircuits() {
  const clock = createFakeClock()
  const circuits = createCircuits({ clock })
  return { clock, circuits }
}

/** Lets a tenant send requests that come to this, and gives how many were sent. */
function send(circuits: Circuits, tenant: string, count: number, outcome: Outcome, api = 'voice'): number {
  let sent = 0
  for (let index = 0; index < count; index++) {
    const entered = circuits.enter(api, tenant)
    if ('closedForMs' in entered) continue
    sent += 1
    entered.end(outcome)
  }
  return sent
}

describe('the circuit of an API', () => {
  it('opens after five failures in a row, and not between answers', () => {
    const { circuits } = openCircuits()
    for (let round = 0; round < 20; round++) {
      expect(send(circuits, 'acme', 4, 'down')).toBe(4)
      expect(send(circuits, 'acme', 1, 'answered')).toBe(1)
    }
    expect(send(circuits, 'acme', 100, 'down')).toBe(5)
    expect(send(circuits, 'acme', 100, 'down', 'admin')).toBe(5)
  })

  it('lets one through after a pause, which doubles up to half a minute, and all once one is answered', async () => {
    const { clock, circuits } = openCircuits()
    send(circuits, 'acme', 5, 'down')
    const pauses: number[] = []
    for (let round = 0; round < 8; round++) {
      const entered = circuits.enter('voice', 'acme')
      const closedForMs = 'closedForMs' in entered ? entered.closedForMs : 0
      pauses.push(closedForMs)
      await clock.advance(closedForMs - 1)
      expect(send(circuits, 'acme', 10, 'down')).toBe(0)
      await clock.advance(1)
      expect(send(circuits, 'acme', 10, 'down')).toBe(1)
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    await clock.advance(30_000)
    expect(send(circuits, 'acme', 10, 'answered')).toBe(10)
    expect(send(circuits, 'acme', 10, 'down')).toBe(5)
    expect(circuits.enter('voice', 'acme')).toEqual({ closedForMs: 1_000 })
  })

  it('lets nobody else through while the one is under way, and another one if it came to nothing', async () => {
    const { clock, circuits } = openCircuits()
    send(circuits, 'acme', 5, 'down')
    await clock.advance(1_000)
    const first = circuits.enter('voice', 'acme')
    expect(circuits.enter('voice', 'acme')).toEqual({ closedForMs: 0 })
    if ('end' in first) first.end('unknown')
    expect(send(circuits, 'acme', 10, 'answered')).toBe(10)
  })

  it('is not opened by one tenant whose requests fail while those of others do not', async () => {
    const { clock, circuits } = openCircuits()
    send(circuits, 'other', 1, 'answered')
    expect(send(circuits, 'acme', 100, 'down')).toBe(100)
    expect(send(circuits, 'third', 100, 'down')).toBe(5)
    await clock.advance(1_000)
    expect(send(circuits, 'other', 1, 'answered')).toBe(1)
    await clock.advance(30_001)
    expect(send(circuits, 'acme', 100, 'down')).toBeLessThanOrEqual(5)
  })

  it('says nothing of requests that do not tell', () => {
    const { circuits } = openCircuits()
    expect(send(circuits, 'acme', 100, 'unknown')).toBe(100)
  })
})
