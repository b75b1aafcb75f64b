import { describe, expect, test } from 'vitest'
import { expectOneRefresh } from './expect-one-refresh.ts'
import { createFleet } from './fleet.ts'
import { allowedEnds, killRound } from './kill-round.ts'
import { killPoints } from './worker-task.ts'

const hourMs = 3_600_000
const twoHoursMs = 2 * hourMs

test('4 processes whose own clocks are hours apart cost one token request', { timeout: 60_000 }, async () => {
  const fleet = await createFleet({ rotation: 'strict' })
  try {
    fleet.sandbox.control.clock.advance(twoHoursMs)
    await expectOneRefresh(fleet, 400, () =>
      [-hourMs, 0, hourMs, 24 * hourMs].map((clockOffsetMs) =>
        fleet.start({ calls: 100, nowOffsetMs: twoHoursMs, clockOffsetMs }),
      ),
    )
  } finally {
    await fleet.close()
  }
})

const cases = killPoints.flatMap((killAt) =>
  (['strict', 'grace'] as const).flatMap((rotation) =>
    [-hourMs, hourMs].map((clockStepMs) => [killAt, rotation, clockStepMs] as const),
  ),
)

describe.concurrent('a store whose clock steps after a process was killed', () => {
  test.for(cases)('%s, rotation %s, by %d ms', { timeout: 120_000 }, async ([killAt, rotation, clockStepMs]) => {
    const round = await killRound({ killAt, rotation, clockStepMs })
    expect(allowedEnds(round)).toContain(round.end)
    expect(round.violations).toEqual([])
  })
})
