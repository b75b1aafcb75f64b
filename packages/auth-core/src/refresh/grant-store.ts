import type { Clock } from '../clock.ts'
import { AuthError, isAuthError } from '../errors.ts'
import { pause, startStopwatch, within, type Stopwatch } from '../stopwatch.ts'
import type { Store } from '../store.ts'
import { parseGrantRecord, serializeGrantRecord, type GrantRecord } from './grant-record.ts'
import { safeCause } from './outcome.ts'

/** One look at a stored grant: what was there, and a watch that was started before looking. */
export interface Reading {
  readonly record?: GrantRecord
  readonly version?: string
  /** The store's clock at the time of the reading. */
  readonly nowMs: number
  readonly watch: Stopwatch
  /** Orders readings: a smaller one was begun earlier. */
  readonly sequence: number
  /** Of a write: the reading it was computed from. Readings begun since then may have seen what came after it. */
  readonly basedOn?: number
}

/** A pure decision on a reading; undefined: nothing to write. */
export type Step = (reading: Reading) => GrantRecord | undefined

export interface ApplyOptions {
  /** Recognises the step's effect in a record, after a write of unknown result that was to replace `before`. */
  readonly isDone: (record: GrantRecord, before: GrantRecord | undefined) => boolean
  /** Failing store calls are repeated this long; `Infinity` also repeats calls that look hopeless. */
  readonly giveUpAfterMs: number
  readonly onRetry?: (error: AuthError) => void
  /** Lets the process end while a failing call waits for its repetition. Default: never. */
  readonly mayExit?: () => boolean
}

/** Reads and changes one stored grant. */
export interface GrantStore {
  read(): Promise<Reading>
  /** Applies a step by compare-and-swap, again on conflict, and finds out what an interrupted write did. */
  apply(step: Step, options: ApplyOptions): Promise<Applied>
  /** Removes the grant if it still has this version. */
  remove(ifVersion: string): Promise<unknown>
  subscribe(listener: () => void): () => void
}

export interface Applied {
  readonly reading: Reading
  readonly applied: boolean
}

const longestPauseMs = 1_000
const longestCallMs = 10_000

export interface GrantStoreOptions {
  readonly store: Store
  readonly key: string
  readonly clock: Clock
  readonly random: () => number
  /** What errors call it. Default `store`. */
  readonly name?: string
  /** What errors must not show of a record. Default: its tokens. */
  readonly secretsOf?: (record: GrantRecord) => readonly string[]
}

export function createGrantStore(options: GrantStoreOptions): GrantStore {
  const { store, key, clock, random, name = 'store', secretsOf = tokensOf } = options
  let sequence = 0

  async function read(): Promise<Reading> {
    const watch = startStopwatch(clock)
    sequence += 1
    const begun = sequence
    const { nowMs, entry } = await limited(() => store.read(key))
    if (entry === undefined) return { nowMs, watch, sequence: begun }
    return { record: parseGrantRecord(entry.value), version: entry.version, nowMs, watch, sequence: begun }
  }

  /** A call that hangs counts as failed: others may get through, and what it did is found out as after a failure. */
  async function limited<T extends object | string>(call: () => Promise<T>, secrets?: readonly string[]): Promise<T> {
    const result = await within(clock, guard(call, secrets, name), longestCallMs)
    if (result !== undefined) return result
    throw new AuthError('store_failed', `The ${name} did not answer within ${longestCallMs / 1000} s. Try again.`)
  }

  async function write(reading: Reading, record: GrantRecord): Promise<Reading | 'conflict'> {
    const value = serializeGrantRecord(record)
    const call = () => store.write(key, value, { ifVersion: reading.version ?? null })
    const result = await limited(call, secretsOf(record))
    if (result === 'conflict') return result
    sequence += 1
    return { ...reading, record, version: result.version, sequence, basedOn: reading.sequence }
  }

  async function tryOnce(step: Step, isDone: ApplyOptions['isDone'], doubt: Doubt): Promise<Applied | undefined> {
    const reading = await read()
    const { record } = reading
    if (doubt.about !== undefined && record && isDone(record, doubt.about.record)) return { reading, applied: true }
    const next = step(reading)
    if (next === undefined) return { reading, applied: false }
    try {
      const written = await write(reading, next)
      return written === 'conflict' ? undefined : { reading: written, applied: true }
    } catch (error) {
      // A rejected write may still have been applied: from here on its effect is looked for.
      doubt.about ??= reading
      throw error
    }
  }

  async function apply(step: Step, how: ApplyOptions): Promise<Applied> {
    const { isDone, giveUpAfterMs, onRetry, mayExit } = how
    const watch = startStopwatch(clock)
    const doubt: Doubt = {}
    for (let attempt = 0; ; attempt += 1) {
      try {
        const result = await tryOnce(step, isDone, doubt)
        if (result !== undefined) return result
      } catch (error) {
        if (!isAuthError(error) || watch.elapsedMs() >= giveUpAfterMs) throw error
        if (!error.retryable && giveUpAfterMs !== Infinity) throw error
        onRetry?.(error)
      }
      const pauseMs = random() * Math.min(5 * 2 ** Math.min(attempt, 8), longestPauseMs)
      await pause(clock, pauseMs, { background: mayExit?.() === true })
    }
  }

  return {
    read,
    apply,
    remove: (ifVersion) => limited(() => store.remove(key, { ifVersion })),
    subscribe: (listener) => store.subscribe?.(key, listener) ?? (() => undefined),
  }
}

/** What the first write of unknown result was computed from. */
interface Doubt {
  about?: Reading
}

function tokensOf({ tokens: { accessToken = '', refreshToken = '' } }: GrantRecord): string[] {
  return [accessToken, refreshToken]
}

/**
 * Maps whatever a store throws to one of our errors; stores that throw ours already are left alone. What was given to
 * the store is taken out of the text: drivers like to quote their parameters.
 */
export async function guard<T>(call: () => Promise<T>, secrets: readonly string[] = [], name = 'store'): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (isAuthError(error)) throw error
    throw new AuthError('store_failed', `The ${name} did not answer. Nothing was lost; try again when it is back.`, {
      cause: safeCause(error, secrets),
    })
  }
}
