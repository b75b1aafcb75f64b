import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { parseGrantRecord, serializeGrantRecord, type GrantRecord } from './grant-record.ts'
import {
  ask,
  claim,
  close,
  install,
  notConsumed,
  postpone,
  rejected,
  takeOver,
  tokens,
  unknown,
  type NewTokens,
  type Rotation,
  type StepRules,
} from './steps.ts'
import { defaultTimes } from './times.ts'

// Thousands of histories: seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 })

// Histories of one grant: any steps in any order by two claimants who may be late, confused or long gone.

const start: GrantRecord = install(
  undefined,
  {
    lineage: 'lineage-0',
    renewal: { grant: 'refresh_token' },
    answer: { usable: true, accessToken: 'access-0', refreshToken: 'refresh-0', issuedAgoMs: 0 },
  },
  0,
)

type StepName =
  | 'claim'
  | 'tokens'
  | 'unusable'
  | 'notConsumed'
  | 'unknown'
  | 'takeOver'
  | 'postpone'
  | 'rejected'
  | 'ask'
  | 'install'
  | 'close'

interface Turn {
  readonly step: StepName
  readonly who: number
  readonly afterMs: number
  readonly verdict: boolean
}

const endings: readonly StepName[] = ['tokens', 'unusable', 'notConsumed', 'unknown', 'unknown', 'rejected']
const others: readonly StepName[] = [
  'claim',
  'takeOver',
  'takeOver',
  'postpone',
  'postpone',
  'ask',
  'ask',
  'install',
  'close',
]
const stepNames = new Set<StepName>([...endings, ...others])

const pause = fc.oneof(fc.nat({ max: 2_000 }), fc.nat({ max: 60_000 }), fc.nat({ max: 400_000 }))

function turnOf(names: readonly StepName[]): fc.Arbitrary<Turn> {
  return fc.record({ step: fc.constantFrom(...names), who: fc.nat({ max: 1 }), afterMs: pause, verdict: fc.boolean() })
}

/** A claim, what it came to, and anything else around it: loose steps alone would hardly ever find a claim to end. */
const scene: fc.Arbitrary<Turn[]> = fc
  .tuple(turnOf(['claim']), fc.option(turnOf(others), { freq: 3 }), turnOf(endings), fc.option(turnOf(others)))
  .map(([first, between, last, after]) => {
    const settled = last.verdict ? { ...last, who: first.who } : last
    return [first, between, settled, after].filter((one) => one !== null)
  })

const rotations: fc.Arbitrary<Rotation> = fc.constantFrom<Rotation[]>(
  'none',
  'strict',
  'unknown',
  { graceSeconds: 60, uses: 2 },
  { graceSeconds: 30, uses: 1 },
)

const histories = fc.record({
  turns: fc.array(scene, { maxLength: 12, size: 'max' }).map((scenes) => scenes.flat()),
  rules: fc.record({ rotation: rotations, introspectsRefreshTokens: fc.boolean(), times: fc.constant(defaultTimes) }),
})

interface Seen {
  readonly turn: Turn
  readonly nowMs: number
  readonly before: GrantRecord
  readonly after: GrantRecord | undefined
}

/** Plays a history; each claimant acts on the claim it won last, however long ago. */
function play(
  { turns, rules }: { turns: Turn[]; rules: StepRules },
  from = start,
  observe: (seen: Seen) => void,
): void {
  let record = from
  let nowMs = 0
  const won = new Map<number, GrantRecord>()
  for (const [index, one] of turns.entries()) {
    nowMs += one.afterMs
    const after = apply(record, one, index, nowMs, rules, won.get(one.who))
    observe({ turn: one, nowMs, before: record, after })
    if (after !== undefined && one.step === 'claim') won.set(one.who, after)
    record = after ?? record
  }
}

function apply(
  record: GrantRecord,
  { step, who, verdict }: Turn,
  index: number,
  nowMs: number,
  rules: StepRules,
  won: GrantRecord | undefined,
): GrantRecord | undefined {
  const claimId = won?.claim?.id ?? 'never'
  const attempt = won ?? start
  const { refreshToken } = attempt.tokens
  const sent = {
    lineage: attempt.lineage,
    generation: attempt.generation,
    ...(refreshToken === undefined ? {} : { refreshToken }),
  }
  const answer: NewTokens = { usable: step !== 'unusable', accessToken: `access-${index}`, issuedAgoMs: 0 }
  const rotated: NewTokens = rules.rotation === 'none' ? answer : { ...answer, refreshToken: `refresh-${index}` }
  switch (step) {
    case 'claim':
      return claim(record, { id: `${who}-${index}`, generation: record.generation, refused: verdict }, nowMs, rules)
    case 'tokens':
    case 'unusable':
      return tokens(record, { claimId, sent, answer: rotated }, nowMs)
    case 'notConsumed':
      return notConsumed(record, { claimId }, nowMs)
    case 'unknown':
      return unknown(record, { claimId }, nowMs, rules)
    case 'takeOver':
      return takeOver(record, nowMs, rules)
    case 'postpone':
      return postpone(record, nowMs, rules)
    case 'rejected':
      return rejected(record, { claimId, reason: 'invalid_grant' }, nowMs)
    case 'ask':
      return ask(record, { active: verdict, generation: record.generation, reason: 'asked' }, nowMs, rules)
    case 'install': {
      const granted = { ...answer, usable: true, refreshToken: `refresh-${index}` }
      return install(record, { lineage: `lineage-${index}`, renewal: record.renewal, answer: granted }, nowMs)
    }
    case 'close':
      return close(record, nowMs)
  }
}

function property(observe: (seen: Seen, rules: StepRules) => void): void {
  fc.assert(
    fc.property(histories, (history) => play(history, start, (seen) => observe(seen, history.rules))),
    {
      numRuns: 2_000,
    },
  )
}

test('the histories reach every step', () => {
  const reached = new Set<string>()
  property(({ turn: { step }, after }) => {
    if (after !== undefined) reached.add(step)
  })
  expect([...reached].toSorted()).toEqual([...stepNames].toSorted())
})

test('the generation never decreases, and grows by one with each token set and each install', () => {
  property(({ turn: { step }, before, after }) => {
    if (after === undefined) return
    const grown = after.generation - before.generation
    const mayGrow = step === 'tokens' || step === 'unusable' || step === 'install'
    expect(mayGrow ? [0, 1] : [0]).toContain(grown)
    if (step === 'install') expect(grown).toBe(1)
  })
})

test('no step but tokens, install and close changes token fields', () => {
  property(({ turn: { step }, before, after }) => {
    if (after === undefined || ['tokens', 'unusable', 'install', 'close'].includes(step)) return
    expect(after.tokens).toEqual(before.tokens)
  })
})

test('a token set is replaced only together with its generation', () => {
  property(({ before, after }) => {
    if (after === undefined || after.state === 'closed' || after.generation !== before.generation) return
    expect(after.tokens).toEqual(before.tokens)
  })
})

test('nothing leaves closed but an install', () => {
  property(({ turn: { step }, before, after }) => {
    const left = before.state === 'closed' && step !== 'install' ? after : undefined
    expect(left).toBeUndefined()
  })
})

test('a record has a claim exactly while it is claimed, and is always one that can be read back', () => {
  property(({ after }) => {
    if (after === undefined) return
    expect('claim' in after).toBe(after.state === 'claimed')
    expect('reason' in after).toBe(after.state === 'reauth')
    expect('unresolvedSinceMs' in after).toBe(after.unresolved > 0)
    expect(parseGrantRecord(serializeGrantRecord(after))).toEqual(after)
  })
})

test('a step gives the same record for the same input and never changes its input', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const first: unknown[] = []
      play(history, deepFreeze(structuredClone(start)), ({ after }) => {
        if (after !== undefined) deepFreeze(after)
        first.push(structuredClone(after))
      })
      const second: unknown[] = []
      play(history, start, ({ after }) => second.push(structuredClone(after)))
      expect(second).toEqual(first)
    }),
  )
})

test('a claim can be taken over as soon as its deadline is over, so nothing stays claimed for ever', () => {
  property(({ after }, rules) => {
    if (after?.claim === undefined) return
    const { deadlineMs } = after.claim
    expect(takeOver(after, deadlineMs, rules)).toBeUndefined()
    expect(takeOver(after, deadlineMs + 1, rules)?.state).toBe('active')
  })
})

test('an active grant is never more than an hour from its next attempt, half a minute without doubt', () => {
  property(({ nowMs, after }) => {
    if (after?.state !== 'active') return
    const waitMs = after.retryAtMs - nowMs
    expect(waitMs).toBeLessThanOrEqual(after.unresolved > 0 ? 3_600_000 : 30_000)
  })
})

test('whoever waits long enough may claim: no history ends a grant but by the word of the server or a person', () => {
  property(({ turn: { step }, nowMs, before, after }, rules) => {
    if (after?.state === 'active') {
      const inAnHourMs = nowMs + 3_600_000
      const next = postpone(after, inAnHourMs, rules) ?? after
      expect(claim(next, { id: 'later', generation: next.generation }, inAnHourMs, rules)).toBeDefined()
    }
    if (after?.state === 'reauth' && before.state !== 'reauth') expect(['rejected', 'ask']).toContain(step)
  })
})

test('settling the same outcome a second time changes nothing, so an interrupted write may be repeated', () => {
  const settling: readonly StepName[] = ['tokens', 'unusable', 'notConsumed', 'unknown', 'rejected']
  fc.assert(
    fc.property(histories, ({ turns, rules }) => {
      const twice = turns.flatMap((one) => (settling.includes(one.step) ? [one, { ...one, afterMs: 0 }] : [one]))
      let previous: Seen | undefined
      play({ turns: twice, rules }, start, (seen) => {
        const isRepeat = previous !== undefined && seen.turn.afterMs === 0 && seen.turn.step === previous.turn.step
        const sameWho = seen.turn.who === previous?.turn.who
        if (isRepeat && sameWho && settling.includes(seen.turn.step) && previous?.after !== undefined) {
          expect(seen.after).toBeUndefined()
        }
        previous = seen
      })
    }),
  )
})

test('members that a later version added are carried through every step', () => {
  const withMore = { ...start, addedLater: { kept: true } }
  fc.assert(
    fc.property(histories, (history) => {
      play(history, withMore, ({ after }) => {
        expect(after ?? withMore).toMatchObject({ addedLater: { kept: true } })
      })
    }),
  )
})

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}
