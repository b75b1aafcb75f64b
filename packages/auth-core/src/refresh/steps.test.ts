import { describe, expect, it, test } from 'vitest'
import type { GrantRecord } from './grant-record.ts'
import {
  ask,
  claim,
  close,
  install,
  mayAsk,
  notConsumed,
  followClock,
  isBackingOff,
  postpone,
  rejected,
  takeOver,
  tokens,
  unknown,
  type NewTokens,
  type Rotation,
  type StepRules,
} from './steps.ts'
import { backoffMs, defaultTimes, quietTimeMs } from './times.ts'

const nowMs = 1_000_000
const { claimMs, quietMs, sendMs } = defaultTimes

const active: GrantRecord = {
  v: 1,
  lineage: 'lineage-1',
  generation: 3,
  state: 'active',
  sinceMs: nowMs - 600_000,
  renewal: { grant: 'refresh_token' },
  tokens: { accessToken: 'access-3', refreshToken: 'refresh-3', scopes: ['read'], expiresAtMs: nowMs },
  retryAtMs: 0,
  failures: 0,
  unresolved: 0,
  refused: false,
}
const doubtful: GrantRecord = { ...active, unresolved: 1, unresolvedSinceMs: nowMs - 200_000 }
const backingOff: GrantRecord = { ...active, failures: 1, retryAtMs: nowMs + 1 }
const mine: GrantRecord = {
  ...active,
  state: 'claimed',
  claim: { id: 'mine', generation: 3, atMs: nowMs - 1_000, deadlineMs: nowMs - 1_000 + claimMs },
}
const others: GrantRecord = { ...mine, claim: { ...mine.claim, id: 'others' } as GrantRecord['claim'] & object }
const probing: GrantRecord = { ...mine, unresolved: 1, unresolvedSinceMs: nowMs - 200_000 }
const overdue: GrantRecord = {
  ...mine,
  claim: { id: 'gone', generation: 3, atMs: nowMs - claimMs - 1, deadlineMs: nowMs - 1 },
}
const reauth: GrantRecord = { ...active, state: 'reauth', reason: 'invalid_grant' }
const closed: GrantRecord = { ...active, state: 'closed', tokens: {} }

const sent = { lineage: 'lineage-1', generation: 3, refreshToken: 'refresh-3' }
const answer: NewTokens = { usable: true, accessToken: 'access-4', refreshToken: 'refresh-4', issuedAgoMs: 0 }
const late = { claimId: 'mine', sent, answer }

function rules(rotation: Rotation = 'strict', introspectsRefreshTokens = true): StepRules {
  return { rotation, introspectsRefreshTokens, times: defaultTimes }
}

const steps = {
  claim: (record: GrantRecord) => claim(record, { id: 'new', generation: 3 }, nowMs, rules()),
  tokens: (record: GrantRecord) => tokens(record, late, nowMs),
  notConsumed: (record: GrantRecord) => notConsumed(record, { claimId: 'mine' }, nowMs),
  unknown: (record: GrantRecord) => unknown(record, { claimId: 'mine' }, nowMs, rules()),
  takeOver: (record: GrantRecord) => takeOver(record, nowMs, rules()),
  rejected: (record: GrantRecord) => rejected(record, { claimId: 'mine', reason: 'invalid_grant' }, nowMs),
  ask: (record: GrantRecord) => ask(record, { active: true, generation: 3, reason: 'r' }, nowMs, rules()),
  install: (record: GrantRecord) => install(record, { lineage: 'lineage-2', renewal: active.renewal, answer }, nowMs),
  close: (record: GrantRecord) => close(record, nowMs),
}

describe('which step is allowed in which state', () => {
  const all = { active, doubtful, backingOff, mine, probing, others, overdue, reauth, closed }
  const allowed: Record<keyof typeof steps, (keyof typeof all)[]> = {
    claim: ['active', 'doubtful'],
    tokens: ['active', 'doubtful', 'backingOff', 'mine', 'probing', 'others', 'overdue', 'reauth'],
    notConsumed: ['mine', 'probing'],
    unknown: ['mine', 'probing'],
    takeOver: ['overdue'],
    rejected: ['mine', 'probing'],
    ask: ['doubtful'],
    install: ['active', 'doubtful', 'backingOff', 'mine', 'probing', 'others', 'overdue', 'reauth', 'closed'],
    close: ['active', 'doubtful', 'backingOff', 'mine', 'probing', 'others', 'overdue', 'reauth'],
  }
  it.each(Object.keys(steps) as (keyof typeof steps)[])('%s', (name) => {
    const found = Object.entries(all).filter(([, record]) => steps[name](record) !== undefined)
    expect(found.map(([state]) => state)).toEqual(allowed[name])
  })
})

describe('claim', () => {
  it('names its generation and its deadline, and changes nothing of the tokens', () => {
    const claimed = claim(doubtful, { id: 'new', generation: 3 }, nowMs, rules())
    expect(claimed).toEqual({
      ...doubtful,
      state: 'claimed',
      sinceMs: nowMs,
      claim: { id: 'new', generation: 3, atMs: nowMs, deadlineMs: nowMs + claimMs },
    })
  })

  it('is refused for a generation that is no longer the stored one', () => {
    expect(claim(active, { id: 'new', generation: 2, refused: true }, nowMs, rules())).toBeUndefined()
  })

  it('is allowed from the very instant of the next attempt', () => {
    const at = (ms: number): unknown => claim({ ...active, retryAtMs: ms }, { id: 'n', generation: 3 }, nowMs, rules())
    expect(at(nowMs + 1)).toBeUndefined()
    expect(at(nowMs)).toBeDefined()
  })

  it('notes that an API refused the access token, and keeps that note', () => {
    expect(claim(active, { id: 'new', generation: 3, refused: true }, nowMs, rules())?.refused).toBe(true)
    expect(claim({ ...active, refused: true }, { id: 'new', generation: 3 }, nowMs, rules())?.refused).toBe(true)
  })

  it('needs a refresh token, except for grants that work without one', () => {
    const bare = { ...active, tokens: { accessToken: 'access-3' } }
    expect(claim(bare, { id: 'new', generation: 3 }, nowMs, rules())).toBeUndefined()
    const machine: GrantRecord = { ...bare, renewal: { grant: 'client_credentials' } }
    expect(claim(machine, { id: 'new', generation: 3 }, nowMs, rules('none'))).toBeDefined()
  })
})

describe('tokens', () => {
  it('are told in whole milliseconds, whatever the clock that counted since they were sent', () => {
    const precise = { ...answer, issuedAgoMs: 0.25, lifetimeMs: 1_000.5, refreshTokenLifetimeMs: 2_000.5 }
    expect(tokens(mine, { ...late, answer: precise }, nowMs)?.tokens).toMatchObject({
      obtainedAtMs: nowMs - 1,
      expiresAtMs: nowMs + 999,
      refreshTokenObtainedAtMs: nowMs - 1,
      refreshTokenExpiresAtMs: nowMs + 1_999,
    })
  })

  it('start a new generation with a clean slate', () => {
    const record = { ...mine, unresolved: 2, unresolvedSinceMs: 1, failures: 3, retryAtMs: 5, refused: true }
    const settled = tokens(record, { ...late, answer: { ...answer, issuedAgoMs: 400, lifetimeMs: 3_600_000 } }, nowMs)
    expect(settled).toEqual({
      ...active,
      sinceMs: nowMs,
      generation: 4,
      tokens: {
        accessToken: 'access-4',
        refreshToken: 'refresh-4',
        scopes: ['read'],
        obtainedAtMs: nowMs - 400,
        expiresAtMs: nowMs - 400 + 3_600_000,
      },
    })
  })

  it('are refused after a disconnect, also where there is no refresh token to compare', () => {
    const machine: GrantRecord = { ...closed, renewal: { grant: 'client_credentials' } }
    expect(tokens(machine, { ...late, sent: { lineage: 'lineage-1', generation: 3 } }, nowMs)).toBeUndefined()
  })

  it('keep the refresh token when the answer brings none', () => {
    const { refreshToken: _, ...bare } = answer
    expect(tokens(mine, { ...late, answer: bare }, nowMs)?.tokens.refreshToken).toBe('refresh-3')
  })

  it('forget the lifetime of what they replace', () => {
    const record: GrantRecord = { ...mine, tokens: { ...mine.tokens, refreshTokenExpiresAtMs: 7 } }
    expect(tokens(record, late, nowMs)?.tokens).toEqual({
      accessToken: 'access-4',
      refreshToken: 'refresh-4',
      scopes: ['read'],
      obtainedAtMs: nowMs,
    })
  })

  it('replace scopes and add extras where the answer names them', () => {
    const record: GrantRecord = { ...mine, tokens: { ...mine.tokens, extras: { a: 1, b: 1 } } }
    const merged = tokens(record, { ...late, answer: { ...answer, scopes: ['write'], extras: { b: 2 } } }, nowMs)
    expect(merged?.tokens).toMatchObject({ scopes: ['write'], extras: { a: 1, b: 2 } })
  })

  it('bring a grant back that was given up too early', () => {
    const settled = tokens(reauth, late, nowMs)
    expect(settled).toMatchObject({ state: 'active', generation: 4 })
    expect(settled).not.toHaveProperty('reason')
  })

  it('leave a claim of somebody else in flight', () => {
    const settled = tokens(others, late, nowMs)
    expect(settled).toMatchObject({ state: 'claimed', claim: others.claim, generation: 4, unresolved: 0 })
  })

  it.each([
    ['another lineage', { ...sent, lineage: 'lineage-0' }],
    ['an earlier generation', { ...sent, generation: 2 }],
    ['another refresh token', { ...sent, refreshToken: 'refresh-2' }],
  ])('asked for with %s are dropped, and only an own claim is given back', (_what, other) => {
    expect(tokens(active, { ...late, sent: other }, nowMs)).toBeUndefined()
    expect(tokens(others, { ...late, sent: other }, nowMs)).toBeUndefined()
    const { claim: _claim, ...free } = mine
    expect(tokens(mine, { ...late, sent: other }, nowMs)).toEqual({ ...free, state: 'active', sinceMs: nowMs })
  })

  it('of which nobody can use the access token still save the refresh token, and back off longer each time', () => {
    const useless: NewTokens = { ...answer, usable: false, lifetimeMs: 1 }
    const waits = [0, 1, 2, 7].map((failures) => {
      const settled = tokens({ ...mine, failures, refused: true }, { ...late, answer: useless }, nowMs)
      expect(settled).toMatchObject({ generation: 4, failures: failures + 1, refused: true })
      expect(settled?.tokens).toMatchObject({ accessToken: 'access-3', refreshToken: 'refresh-4' })
      return (settled?.retryAtMs ?? 0) - nowMs
    })
    expect(waits).toEqual([1_000, 2_000, 4_000, 30_000])
  })
})

describe('a claim that ends without tokens', () => {
  it('after a request that was not processed backs off and leaves the doubt as it was', () => {
    const settled = notConsumed({ ...mine, unresolved: 2, failures: 2 }, { claimId: 'mine' }, nowMs)
    expect(settled).toMatchObject({ state: 'active', failures: 3, unresolved: 2, retryAtMs: nowMs + 4_000 })
    expect(settled).not.toHaveProperty('claim')
  })

  it('after an unknown outcome stays silent for the quiet time, twice as long each time', () => {
    const waits = [0, 1, 2].map((unresolved) => {
      const settled = unknown({ ...mine, unresolved }, { claimId: 'mine' }, nowMs, rules())
      expect(settled).toMatchObject({ state: 'active', unresolved: unresolved + 1 })
      return (settled?.retryAtMs ?? 0) - nowMs
    })
    expect(waits).toEqual([quietMs, 2 * quietMs, 4 * quietMs])
  })

  it('remembers when the first doubtful presentation was claimed', () => {
    const first = unknown(mine, { claimId: 'mine' }, nowMs, rules())
    expect(first?.unresolvedSinceMs).toBe(mine.claim?.atMs)
    const second = unknown({ ...mine, unresolved: 1, unresolvedSinceMs: 5 }, { claimId: 'mine' }, nowMs, rules())
    expect(second?.unresolvedSinceMs).toBe(5)
  })

  it('treats a provider of unknown rotation as strict', () => {
    expect(unknown(mine, { claimId: 'mine' }, nowMs, rules('unknown'))).toEqual(
      unknown(mine, { claimId: 'mine' }, nowMs, rules('strict')),
    )
  })

  it('only backs off where refresh tokens do not rotate, or there is none', () => {
    const settled = unknown(mine, { claimId: 'mine' }, nowMs, rules('none'))
    expect(settled).toMatchObject({ failures: 1, unresolved: 0, retryAtMs: nowMs + 1_000 })
    const { refreshToken: _, ...bare } = mine.tokens
    expect(unknown({ ...mine, tokens: bare }, { claimId: 'mine' }, nowMs, rules())).toMatchObject({ unresolved: 0 })
  })

  it('by invalid_grant ends the grant with the reason and keeps the tokens', () => {
    const settled = rejected(mine, { claimId: 'mine', reason: 'invalid_grant' }, nowMs)
    expect(settled).toMatchObject({ state: 'reauth', reason: 'invalid_grant', sinceMs: nowMs, tokens: mine.tokens })
    expect(settled).not.toHaveProperty('claim')
  })

  it('after the generation moved on becomes active at once, whatever the outcome', () => {
    const moved: GrantRecord = { ...mine, generation: 4 }
    const { claim: _, ...free } = moved
    const freed = { ...free, state: 'active', sinceMs: nowMs }
    expect(notConsumed(moved, { claimId: 'mine' }, nowMs)).toEqual(freed)
    expect(unknown(moved, { claimId: 'mine' }, nowMs, rules())).toEqual(freed)
    expect(rejected(moved, { claimId: 'mine', reason: 'invalid_grant' }, nowMs)).toEqual(freed)
    expect(takeOver({ ...overdue, generation: 4 }, nowMs, rules())).toEqual(freed)
  })
})

describe('takeOver', () => {
  it('waits until the deadline is over', () => {
    const at = (deadlineMs: number): unknown =>
      takeOver({ ...mine, claim: { id: 'x', generation: 3, atMs: 0, deadlineMs } }, nowMs, rules())
    expect(at(nowMs)).toBeUndefined()
    expect(at(nowMs - 1)).toBeDefined()
  })

  it('does not wait for a deadline that only a clock that was set back makes far away', () => {
    const atMs = nowMs + 1
    const ahead: GrantRecord = { ...mine, claim: { id: 'x', generation: 3, atMs, deadlineMs: atMs + claimMs } }
    expect(takeOver(ahead, nowMs, rules())).toMatchObject({ state: 'active', unresolved: 1 })
  })
})

describe('a grace window', () => {
  const graceful = rules({ graceSeconds: 60, uses: 2 })
  const atMs = nowMs - 10_000
  const held: GrantRecord = { ...mine, claim: { id: 'mine', generation: 3, atMs, deadlineMs: atMs + claimMs } }
  const lastStartMs = atMs + 60_000 - sendMs
  const settled = unknown(held, { claimId: 'mine' }, nowMs, graceful) ?? held
  const claimAt = (record: GrantRecord, ms: number): unknown => claim(record, { id: 'n', generation: 3 }, ms, graceful)

  it('lets the next presentation start at once, as long as it leaves inside the window', () => {
    expect(settled).toMatchObject({ unresolved: 1, retryAtMs: nowMs })
    expect(claimAt(settled, nowMs)).toBeDefined()
    expect(claimAt(settled, lastStartMs - 1)).toBeDefined()
  })

  it('that was missed asks for the quiet time after all', () => {
    expect(claimAt(settled, lastStartMs)).toBeUndefined()
    expect(postpone(settled, lastStartMs - 1, graceful)).toBeUndefined()
    const later = postpone(settled, lastStartMs, graceful)
    expect(later).toEqual({ ...settled, retryAtMs: nowMs + quietMs })
    expect(later && claimAt(later, nowMs + quietMs - 1)).toBeUndefined()
    expect(later && claimAt(later, nowMs + quietMs)).toBeDefined()
    expect(claimAt(settled, nowMs + quietMs)).toBeDefined()
  })

  it('is over after its uses', () => {
    const second = unknown({ ...held, unresolved: 1, unresolvedSinceMs: atMs }, { claimId: 'mine' }, nowMs, graceful)
    expect(second).toMatchObject({ unresolved: 2, retryAtMs: nowMs })
    const third = unknown({ ...held, unresolved: 2, unresolvedSinceMs: atMs }, { claimId: 'mine' }, nowMs, graceful)
    expect(third).toMatchObject({ unresolved: 3, retryAtMs: nowMs + 4 * quietMs })
  })

  it('that ended before the outcome was given up brings the quiet time', () => {
    const old: GrantRecord = { ...mine, claim: { id: 'mine', generation: 3, atMs: nowMs - 60_000, deadlineMs: 0 } }
    expect(unknown(old, { claimId: 'mine' }, nowMs, graceful)).toMatchObject({ retryAtMs: nowMs + quietMs })
  })

  it('is no time to ask about the token: a spent one may still be good for a presentation', () => {
    expect(mayAsk(settled, nowMs, graceful)).toBe(false)
    expect(mayAsk(settled, nowMs + quietMs - 1, graceful)).toBe(false)
    expect(mayAsk(settled, nowMs + quietMs, graceful)).toBe(true)
  })

  it('postpones nothing anywhere else', () => {
    for (const record of [active, doubtful, backingOff, mine, probing, others, overdue, reauth, closed]) {
      expect(postpone(record, nowMs, rules())).toBeUndefined()
      expect(postpone(record, nowMs + quietTimeMs(9, defaultTimes), graceful)).toBeUndefined()
    }
  })
})

describe('ask', () => {
  it('clears the doubt when the server says the token is good', () => {
    const verdict = { active: true, generation: 3, reason: 'introspected_inactive' }
    expect(ask(doubtful, verdict, nowMs, rules())).toEqual({ ...active, unresolved: 0 })
  })

  it('ends the grant when it is not', () => {
    const verdict = { active: false, generation: 3, reason: 'introspected_inactive' }
    expect(ask(doubtful, verdict, nowMs, rules())).toMatchObject({ state: 'reauth', reason: 'introspected_inactive' })
  })

  it('has no effect for another generation, without doubt, too early, or at a server that does not answer', () => {
    const verdict = { active: false, generation: 3, reason: 'introspected_inactive' }
    expect(ask(doubtful, { ...verdict, generation: 2 }, nowMs, rules())).toBeUndefined()
    expect(ask(active, verdict, nowMs, rules())).toBeUndefined()
    expect(ask({ ...doubtful, retryAtMs: nowMs + 1 }, verdict, nowMs, rules())).toBeUndefined()
    expect(ask(doubtful, verdict, nowMs, rules('strict', false))).toBeUndefined()
  })
})

describe('install', () => {
  const event = { lineage: 'lineage-2', renewal: active.renewal, answer }

  it('starts at generation 1 where nothing was stored', () => {
    expect(install(undefined, event, nowMs)).toEqual({
      ...active,
      lineage: 'lineage-2',
      generation: 1,
      sinceMs: nowMs,
      tokens: { accessToken: 'access-4', refreshToken: 'refresh-4', obtainedAtMs: nowMs },
    })
  })

  it('replaces all tokens and clears claim, doubt, back-off, refusal and reason', () => {
    const worn: GrantRecord = { ...mine, unresolved: 2, unresolvedSinceMs: 1, failures: 2, retryAtMs: 9, refused: true }
    const fresh = install({ ...worn, reason: 'invalid_grant' }, event, nowMs)
    expect(fresh).toEqual({ ...install(undefined, event, nowMs), generation: 4 })
  })

  it('without a token set leaves the first one to the next claim', () => {
    const machine = install(undefined, { lineage: 'l', renewal: { grant: 'client_credentials' } }, nowMs)
    expect(machine.tokens).toEqual({})
    expect(claim(machine, { id: 'new', generation: 1 }, nowMs, rules('none'))).toBeDefined()
  })
})

test('close erases the tokens and keeps lineage and generation, so that late answers find nothing to match', () => {
  const tombstone = close({ ...mine, unresolved: 1, failures: 1, retryAtMs: 9, refused: true }, nowMs)
  const { claim: _, ...rest } = mine
  expect(tombstone).toEqual({ ...rest, state: 'closed', sinceMs: nowMs, tokens: {} })
})

test('back-off and quiet time double up to their bounds', () => {
  expect([1, 2, 3, 4, 5, 6, 99].map(backoffMs)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  const quiet = [1, 2, 3, 6, 7, 99].map((count) => quietTimeMs(count, defaultTimes))
  expect(quiet).toEqual([60_000, 120_000, 240_000, 1_920_000, 3_600_000, 3_600_000])
})

describe('a clock that was set back', () => {
  const setMs = nowMs + 7_200_000
  const waiting: GrantRecord = { ...active, sinceMs: setMs, retryAtMs: setMs + 30_000, failures: 5 }
  const hourBackMs = setMs - 3_600_000

  it('says nothing of what is left of a grace window: the quiet time passes first', () => {
    const graceful = rules({ graceSeconds: 60, uses: 2 })
    const held = { ...mine, claim: { id: 'gone', generation: 3, atMs: setMs, deadlineMs: setMs + claimMs } }
    const freed = takeOver(held, hourBackMs, graceful)
    expect(freed).toMatchObject({ state: 'active', unresolved: 1, retryAtMs: hourBackMs + quietMs })
    expect(freed && claim(freed, { id: 'next', generation: 3 }, hourBackMs, graceful)).toBeUndefined()
  })

  it('moves the back-off along, so that it lasts no longer than meant', () => {
    expect(isBackingOff(waiting, hourBackMs)).toBe(false)
    const followed = followClock(waiting, hourBackMs)
    expect(followed).toEqual({ ...waiting, sinceMs: hourBackMs, retryAtMs: hourBackMs + 30_000 })
    expect(followed && isBackingOff(followed, hourBackMs + 29_999)).toBe(true)
    expect(followed && claim(followed, { id: 'next', generation: 3 }, hourBackMs + 30_000, rules())).toBeDefined()
  })

  it('changes nothing while the clock goes on, or where nothing waits', () => {
    expect(followClock(waiting, setMs)).toBeUndefined()
    expect(followClock({ ...active, sinceMs: setMs }, hourBackMs)).toBeUndefined()
    expect(followClock({ ...waiting, state: 'reauth' }, hourBackMs)).toBeUndefined()
  })
})
