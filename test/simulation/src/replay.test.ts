import { expect, test } from 'vitest'
import { controls } from './controls.ts'
import { generateScenario } from './generate.ts'
import { play } from './play.ts'
import { shrink } from './shrink.ts'

const seeds = Array.from({ length: 40 }, (_, at) => 1_000 + at * 7)

test('a seed gives the same story each time, also beside others', { timeout: 60_000 }, async () => {
  const tell = async (seed: number): Promise<string> =>
    (await play(generateScenario(seed), { trace: true })).trace.join('\n')
  const together = await Promise.all(seeds.map(tell))
  for (const [at, seed] of seeds.entries()) expect(await tell(seed)).toBe(together[at])
  expect(new Set(together).size).toBe(seeds.length)
})

test('a broken history shrinks to what it takes, and tells its story', { timeout: 60_000 }, async () => {
  const { mistake } = controls.find(({ name }) => name === 'a client that refreshes without a claim')!
  const scenario = generateScenario(0)
  const smallest = await shrink(scenario, 'S1', mistake)
  const { violations, trace } = await play(smallest, { trace: true, mistake })
  expect(violations.join()).toContain('S1')
  expect(smallest.happenings.length).toBeLessThan(scenario.happenings.length)
  expect(trace.join('\n')).toMatch(/presents R1\.1 \(request 0\)/)
})
