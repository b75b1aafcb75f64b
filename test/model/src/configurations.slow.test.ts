import { afterAll, expect, test } from 'vitest'
import type { StepName } from './change.ts'
import { quickConfigurations } from './configurations.ts'
import { explore, type Exploration } from './explore.ts'
import { numbered, table } from './table.ts'

const explorations: Exploration[] = []

test.each(quickConfigurations)('S1-S10, E1-E2 and L1-L3 hold: $name', { timeout: 60_000 }, (configuration) => {
  const found = explore(configuration)
  explorations.push(found)
  const { violation } = found
  const said = violation && `${violation.invariant}: ${violation.detail}\n${numbered(violation.trace)}`
  expect(said).toBeUndefined()
  expect(found.isComplete).toBe(true)
})

test('every step of the protocol is taken somewhere', () => {
  const taken = new Set(explorations.flatMap(({ steps }) => [...steps]))
  const all: readonly StepName[] = [
    'ask',
    'claim',
    'close',
    'install',
    'loss of the last write',
    'notConsumed',
    'postpone',
    'rejected',
    'takeOver',
    'tokens',
    'unknown',
  ]
  expect([...taken].toSorted()).toEqual(all)
})

afterAll(() => console.log(`\n${table(explorations)}\n`))
