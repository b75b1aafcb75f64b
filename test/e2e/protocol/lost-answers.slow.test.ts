import { describe, expect, test } from 'vitest'
import type { Fault, Rotation } from '@grantkit/sandbox'
import { createFleet } from './fleet.ts'
import { settle } from './settle.ts'

const twoHoursMs = 7_200_000
const token = { match: { kind: 'token' } } as const
const faults: Readonly<Record<string, Fault>> = {
  'before the request is processed': { ...token, type: 'lost', processed: false },
  'after the request was processed': { ...token, type: 'lost', processed: true },
  'in the middle of the answer': { ...token, type: 'cut' },
  'by an unreadable answer': { ...token, type: 'html', status: 200, processed: true },
  'by a 503 after the request was processed': { ...token, type: 'server_error', status: 503, processed: true },
}
const rotations: Readonly<Record<string, Rotation>> = {
  strict: 'strict',
  grace: { grace: { seconds: 60, uses: 2 } },
  none: 'none',
}
const cases = Object.keys(faults).flatMap((when) => Object.keys(rotations).map((rotation) => [when, rotation] as const))

// On real sockets. Only a strict server that rotated has nothing left that the client could use.
describe.concurrent('a token answer that is lost', () => {
  test.for(cases)('%s, rotation %s', { timeout: 60_000 }, async ([when, rotation], { onTestFinished }) => {
    const fault = faults[when]!
    const fleet = await createFleet({ rotation: rotations[rotation]! })
    onTestFinished(() => fleet.close())
    const { control } = fleet.sandbox
    control.clock.advance(twoHoursMs)
    control.faults.add(fault)
    const isGone = rotation === 'strict' && !('processed' in fault && fault.processed === false)
    expect(await settle(fleet, { nowOffsetMs: twoHoursMs })).toBe(isGone ? 'reauth' : 'active')
    const { refreshRequests, reuse, spentInGrace } = control.ledger.summary()
    expect({ refreshRequests, reuse }).toEqual({ refreshRequests: 2, reuse: isGone ? 1 : 0 })
    expect(spentInGrace).toBe(rotation === 'grace' && !when.startsWith('before') ? 1 : 0)
    const { reason } = await fleet.open({ nowOffsetMs: twoHoursMs }).connection('worker').status()
    expect(reason).toBe(isGone ? 'invalid_grant' : undefined)
    expect(fleet.check()).toEqual([])
  })
})
