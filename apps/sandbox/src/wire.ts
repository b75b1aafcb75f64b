import type { Outcome } from './play-call.ts'
import type { Sandbox } from './sandbox.ts'

/** What a socket needs beyond `fetch`: how a connection breaks, and where to leave word how to close it. */
export interface Wire {
  /** `exposed`: whether the control answers under every name. Default: loopback names only. */
  play(request: Request, exposed?: boolean): Promise<Outcome>
  readonly closers: Set<() => Promise<void>>
  /** Told after each call, of the vendors and of the control. */
  readonly played: Set<() => void>
}

const wires = new WeakMap<Sandbox, Wire>()

export function registerWire(sandbox: Sandbox, wire: Wire): void {
  wires.set(sandbox, wire)
}

export function findWire(sandbox: Sandbox): Wire | undefined {
  return wires.get(sandbox)
}
