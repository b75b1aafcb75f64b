import type { Change, Event } from './change.ts'
import type { State } from './state.ts'

/**
 * One possible transition. `step`: the protocol or the passing of time goes on; `fault`: something breaks; `world`:
 * people, APIs and lifetimes do what they do.
 */
export interface Move {
  readonly kind: 'step' | 'fault' | 'world'
  readonly state: State
  readonly events: readonly Event[]
  /** One line for people. Only called when a trace is shown. */
  readonly say: () => string
}

const noEvents: readonly Event[] = []

export function move(kind: Move['kind'], next: State | Change, say: () => string): Move {
  return 'events' in next
    ? { kind, state: next.state, events: next.events, say }
    : { kind, state: next, events: noEvents, say }
}
