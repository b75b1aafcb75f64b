import type { Outcome } from './play-call.ts'
import type { Sandbox } from './sandbox.ts'

type Play = (request: Request) => Promise<Outcome>

/** What a socket needs beyond `fetch`: how a connection breaks. */
const wires = new WeakMap<Sandbox, Play>()

export function registerWire(sandbox: Sandbox, play: Play): void {
  wires.set(sandbox, play)
}

export function findWire(sandbox: Sandbox): Play | undefined {
  return wires.get(sandbox)
}
