import type { Clock } from '@grantkit/auth-core'

/** What came of a request: the API answered, it is down, or the request says nothing about it. */
export type Outcome = 'answered' | 'down' | 'unknown'

/** A request that may be sent. What comes of it is told once. */
export interface Passage {
  end(outcome: Outcome): void
}

/** Keeps requests from APIs that are down, so that nobody waits for what does not come. */
export interface Circuits {
  /** Lets a request of a tenant to an API through, or gives how long nobody is let through. */
  enter(api: string, tenant: string): Passage | { readonly closedForMs: number }
}

interface Circuit {
  /** How each tenant fared lately. One of them alone must not shut the others out. */
  readonly tenants: Map<string, { failures: number; atMs: number }>
  /** Nobody is let through before this; then one, to see. Absent: everybody is. */
  retryAtMs?: number
  pauseMs: number
  isTrying: boolean
}

const failuresInRow = 5
const latelyMs = 30_000
const firstPauseMs = 1_000
const longestPauseMs = 30_000

/** Circuits of this process: each gateway sees for itself what it can reach. */
export function createCircuits({ clock }: { readonly clock: Pick<Clock, 'monotonicMs'> }): Circuits {
  const circuits = new Map<string, Circuit>()

  function circuitOf(api: string): Circuit {
    const known = circuits.get(api)
    if (known !== undefined) return known
    const circuit = { tenants: new Map(), pauseMs: firstPauseMs, isTrying: false }
    circuits.set(api, circuit)
    return circuit
  }

  function end(circuit: Circuit, tenant: string, outcome: Outcome): void {
    const nowMs = clock.monotonicMs()
    if (outcome === 'answered') {
      circuit.tenants.set(tenant, { failures: 0, atMs: nowMs })
      circuit.pauseMs = firstPauseMs
      delete circuit.retryAtMs
    }
    if (outcome !== 'down') return
    const failures = (circuit.tenants.get(tenant)?.failures ?? 0) + 1
    circuit.tenants.set(tenant, { failures, atMs: nowMs })
    if (!isDown(circuit, nowMs) || (circuit.retryAtMs !== undefined && nowMs < circuit.retryAtMs)) return
    circuit.retryAtMs = nowMs + circuit.pauseMs
    circuit.pauseMs = Math.min(circuit.pauseMs * 2, longestPauseMs)
  }

  return {
    enter(api, tenant) {
      const circuit = circuitOf(api)
      const { retryAtMs } = circuit
      if (retryAtMs === undefined) return { end: (outcome) => end(circuit, tenant, outcome) }
      const closedForMs = retryAtMs - clock.monotonicMs()
      if (closedForMs > 0 || circuit.isTrying) return { closedForMs: Math.max(closedForMs, 0) }
      circuit.isTrying = true
      return {
        end(outcome) {
          circuit.isTrying = false
          end(circuit, tenant, outcome)
        },
      }
    },
  }
}

/** Most of the tenants that were heard of lately met nothing but failures. */
function isDown({ tenants }: Circuit, nowMs: number): boolean {
  for (const [tenant, { atMs }] of tenants) if (atMs + latelyMs < nowMs) tenants.delete(tenant)
  const failing = [...tenants.values()].filter(({ failures }) => failures >= failuresInRow)
  return failing.length * 2 > tenants.size
}
