import { describe, expect, it, test } from 'vitest'
import { checkHistory } from './check-history.ts'
import type { HistoryFacts } from './book.ts'
import type { Fault, HistoryLine, Verdict } from './history-line.ts'
import type { RecordFacts } from './record-facts.ts'

const times = { sendMs: 5_000, requestMs: 30_000, quietMs: 60_000, waitMs: 45_000 }
const strict = { rotation: 'strict', times } as const
const first: RecordFacts = {
  lineage: 'a',
  generation: 1,
  state: 'active',
  sinceMs: 0,
  retryAtMs: 0,
  failures: 0,
  unresolved: 0,
  refused: false,
  refreshToken: 'r1',
  tokens: 't1',
}
const second: RecordFacts = { ...first, generation: 2, refreshToken: 'r2', tokens: 't2' }
const doubtful: RecordFacts = { ...first, unresolved: 1, unresolvedSinceMs: 100, sinceMs: 10_000, retryAtMs: 70_000 }

/** The record as a claim leaves it. */
function held(record: RecordFacts, id: string, atMs: number): RecordFacts {
  const claim = { id, generation: record.generation, atMs, deadlineMs: atMs + 45_000 }
  return { ...record, state: 'claimed', sinceMs: atMs, claim }
}

interface Told {
  readonly by?: string
  readonly claim?: string
  readonly token?: string
  readonly verdict?: Verdict
  readonly issued?: string
  /** The answer reached the worker. */
  readonly isTold?: boolean
}

let requests = 0

/** One presentation: what the server made of it, and what it answered. */
function presented({
  by = 'A',
  claim = 'c1',
  token = 'r1',
  verdict = 'current',
  issued,
  isTold = true,
}: Told): HistoryLine[] {
  const request = `${++requests}`
  const isRefused = verdict === 'reuse' || verdict === 'revoked'
  const given = issued === undefined ? {} : { issued }
  return [
    { kind: 'sent', request, worker: by, claimId: claim, refreshToken: token },
    { kind: 'judged', request, verdict, family: '1', ...given },
    ...(isTold
      ? [
          {
            kind: 'told',
            request,
            status: isRefused ? 400 : 200,
            ...(isRefused ? { error: 'invalid_grant' } : given),
          } as const,
        ]
      : []),
  ]
}

const refreshed = presented({ issued: 'r2' })
const fault = (name: Fault, worker = 'A'): HistoryLine => ({ kind: 'fault', fault: name, worker })

interface Given extends Partial<Omit<HistoryFacts, 'versions'>> {
  /** Written by A, unless a name stands before the record. */
  readonly records: readonly (RecordFacts | readonly [string, RecordFacts])[]
}

/** The names of what is violated. */
function check({ records, lines = [], rules = strict, ...rest }: Given): string[] {
  const versions = records.map((entry, index) => {
    const [worker, record] = 'lineage' in entry ? (['A', entry] as const) : entry
    return { version: `v${index}`, worker, record }
  })
  return checkHistory({ lines, versions, rules, ...rest }).map((problem) => problem.slice(0, 2))
}

test('a refresh without faults passes', () => {
  const rest = { outcome: 'served', current: ['r2'] } as const
  expect(check({ records: [first, held(first, 'c1', 100), second], lines: refreshed, rest })).toEqual([])
})

describe('S1 is broken by', () => {
  it('a presentation without a claim, and by two under one', () => {
    expect(check({ records: [first], lines: presented({ claim: 'none' }) })).toEqual(['S1'])
    const lines = [...presented({}), ...presented({})]
    expect(check({ records: [first, held(first, 'c1', 100)], lines })).toEqual(['S1'])
  })

  it('a claim before the quiet time is over, or while another one lasts', () => {
    expect(check({ records: [first, held(first, 'c1', 100), doubtful, held(doubtful, 'c2', 69_999)] })).toEqual(['S1'])
    expect(check({ records: [first, held(first, 'c1', 100), doubtful, held(doubtful, 'c2', 70_000)] })).toEqual([])
    expect(check({ records: [first, held(first, 'c1', 100), held(first, 'c2', 200)] })).toEqual(['S1'])
  })

  it('somebody who ends the claim of another before its deadline', () => {
    const late = { ...doubtful, sinceMs: 45_101, retryAtMs: 105_101 }
    expect(check({ records: [first, held(first, 'c1', 100), ['B', late]] })).toEqual([])
    expect(check({ records: [first, held(first, 'c1', 100), ['B', doubtful]] })).toEqual(['S1'])
    const back = { ...doubtful, sinceMs: 99, retryAtMs: 60_099 }
    expect(check({ records: [first, held(first, 'c1', 100), ['B', back]] })).toEqual([])
  })

  it('a quiet time that is too short, or cut short, but not by one that follows the clock back', () => {
    const short = { ...doubtful, retryAtMs: 69_999 }
    expect(check({ records: [first, held(first, 'c1', 100), short] })).toEqual(['S1'])
    const cut = { ...doubtful, retryAtMs: 60_000 }
    expect(check({ records: [first, held(first, 'c1', 100), doubtful, cut] })).toEqual(['S1'])
    const followed = { ...doubtful, sinceMs: 5_000, retryAtMs: 65_000 }
    expect(check({ records: [first, held(first, 'c1', 100), doubtful, followed] })).toEqual([])
  })

  it('a claim at once at a server with grace, once its window is over', () => {
    const rules = { rotation: { graceSeconds: 30, uses: 1 }, times } as const
    const forgiven = { ...doubtful, retryAtMs: 10_000 }
    expect(check({ records: [first, held(first, 'c1', 100), forgiven], rules })).toEqual([])
    const missed = { ...doubtful, sinceMs: 25_100, retryAtMs: 25_100 }
    expect(check({ records: [first, held(first, 'c1', 100), missed], rules })).toEqual(['S1'])
  })

  it('doubt that goes without an answer, but not by one that was asked about', () => {
    const resolved = { ...doubtful, unresolved: 0 }
    const records = [first, held(first, 'c1', 100), doubtful, resolved]
    expect(check({ records })).toEqual(['S1'])
    expect(check({ records, lines: [{ kind: 'introspected', refreshToken: 'r1', active: true }] })).toEqual([])
  })

  it('a token that is called not consumed after the server took it', () => {
    const failed = { ...first, failures: 1, retryAtMs: 1_000 }
    const lines = [...presented({ issued: 'r2', isTold: false }), fault('crash')]
    expect(check({ records: [first, held(first, 'c1', 100), failed], lines })).toEqual(['S1'])
  })
})

test('S2 is broken by a generation that falls, and by an older token that comes back', () => {
  expect(check({ records: [first, second, first] })).toEqual(['S2', 'S9', 'S9', 'S2'])
  expect(check({ records: [second, { ...first, generation: 3 }, { ...second, generation: 4 }] })).toContain('S2')
})

describe('S3 is broken by', () => {
  it('reuse where nothing went wrong', () => {
    const records = [first, held(first, 'c1', 100), doubtful, held(doubtful, 'c2', 70_000)]
    const lines = presented({ claim: 'c2', verdict: 'reuse' })
    expect(check({ records, lines })).toEqual(['S3'])
    expect(check({ records, lines: [...lines, fault('suspension')] })).toEqual([])
  })

  it.each([
    ['no answer', false],
    ['an answer that was not stored', true],
  ])('a new refresh token that is lost with %s, unless its process is', (_, isTold) => {
    const records = [first, held(first, 'c1', 100), doubtful]
    const lines = presented({ issued: 'r2', isTold })
    expect(check({ records, lines })).toEqual(['S3'])
    expect(check({ records, lines: [...lines, fault('crash')] })).toEqual([])
    expect(check({ records, lines: [...lines, fault('crash', 'B')] })).toEqual(['S3'])
  })

  it('one that gives up on an answer too early', () => {
    const records = [first, held(first, 'c1', 100), doubtful]
    const gaveUp = (waitedMs: number): HistoryLine[] => {
      const lines = presented({ issued: 'r2', isTold: false })
      return [...lines, { kind: 'gave_up', request: `${requests}`, waitedMs }]
    }
    expect(check({ records, lines: gaveUp(85_000) })).toEqual([])
    expect(check({ records, lines: gaveUp(84_999) })).toEqual(['S3'])
  })

  it('a stored token that the provider does not take at rest', () => {
    const rest = { outcome: 'served', current: ['r3'] } as const
    expect(check({ records: [first], rest })).toEqual(['S3'])
    expect(check({ records: [first], rest, lines: [fault('revoked')] })).toEqual([])
  })

  it('the answer of a process that a probe overtook, unless that process was held up', () => {
    const records = [first, held(first, 'c1', 100), doubtful, held(doubtful, 'c2', 70_000), second]
    const rest = { outcome: 'served', current: [] } as const
    const answer = presented({ issued: 'r2' })
    const probe = presented({ by: 'B', claim: 'c2', verdict: 'reuse' })
    expect(check({ records, rest, lines: [...answer, fault('suspension'), ...probe] })).toEqual([])
    expect(check({ records, rest, lines: [fault('suspension'), ...answer, ...probe] })).toContain('S3')
    expect(check({ records, rest, lines: [...answer, ...probe, fault('suspension')] })).toContain('S3')
    const other = presented({ by: 'B', claim: 'c2', token: 'r0', verdict: 'reuse' })
    expect(check({ records, rest, lines: [...answer, fault('suspension'), ...other] })).toContain('S3')
  })
})

test('S4 is broken by reuse that is triggered by a first presentation', () => {
  const lines = [...presented({ verdict: 'reuse' }), fault('suspension')]
  expect(check({ records: [first, held(first, 'c1', 100)], lines })).toEqual(['S4'])
})

test('S5 is broken by a probe that destroys what another process holds, unless that one was suspended', () => {
  const records = [first, held(first, 'c1', 100), doubtful, held(doubtful, 'c2', 70_000), second]
  const answer = presented({ issued: 'r2' })
  const probe = presented({ by: 'B', claim: 'c2', verdict: 'reuse' })
  expect(check({ records, lines: [fault('suspension', 'B'), ...answer, ...probe] })).toEqual(['S5'])
  expect(check({ records, lines: [...answer, fault('suspension'), ...probe] })).toEqual([])
})

test('S6 is broken by a closed grant that is written again, and by a sign-in that comes back', () => {
  const closed: RecordFacts = { ...first, state: 'closed', tokens: 'none' }
  expect(check({ records: [first, closed, { ...first, tokens: 'none' }] })).toEqual(['S6'])
  const other = { ...second, lineage: 'b' }
  expect(check({ records: [first, other, { ...first, generation: 3, refreshToken: 'r3' }] })).toEqual(['S6'])
})

test('S7 is broken by a grant that ends without a refusal', () => {
  const ended: RecordFacts = { ...first, state: 'reauth' }
  const records = [first, held(first, 'c1', 100), ended]
  expect(check({ records })).toEqual(['S7'])
  expect(check({ records, lines: [fault('revoked'), ...presented({ verdict: 'revoked' })] })).toEqual([])
  expect(check({ records, lines: [{ kind: 'introspected', refreshToken: 'r1', active: false }] })).toEqual([])
})

test('S8 is broken by a caller that gets an older token', () => {
  const served = (generation: number): HistoryLine => ({ kind: 'served', worker: 'A', generation })
  expect(check({ records: [first], lines: [served(2), served(1)] })).toEqual(['S8'])
})

test('S9 is broken by tokens that change within a generation, and by some that nobody was told', () => {
  expect(check({ records: [first, { ...first, tokens: 'other' }] })).toEqual(['S9'])
  expect(check({ records: [first, held(first, 'c1', 100), second] })).toEqual(['S9'])
})

test('L1 and L2 are broken by a grant that stays claimed, and by one that comes to nothing', () => {
  expect(check({ records: [held(first, 'c1', 100)], rest: { outcome: 'served', current: ['r1'] } })).toEqual(['L1'])
  expect(check({ records: [first], rest: { outcome: 'stuck', current: ['r1'] } })).toEqual(['L2'])
})

test('L3 is broken by a caller that waits too long', () => {
  const waited = (waitedMs: number): HistoryLine => ({ kind: 'returned', worker: 'A', what: 'accessToken', waitedMs })
  expect(check({ records: [first], lines: [waited(65_000)] })).toEqual([])
  expect(check({ records: [first], lines: [waited(65_001)] })).toEqual(['L3'])
})

test('what the store itself brought back is nobody’s fault', () => {
  const versions = [first, second].map((record, index) => ({ version: `v${index}`, record, worker: 'A' }))
  const lines = [...presented({ issued: 'r2' }), { kind: 'fault', fault: 'store_lost_writes' } as const]
  expect(checkHistory({ lines, versions: [...versions, { version: 'v2', record: first }], rules: strict })).toEqual([])
})
