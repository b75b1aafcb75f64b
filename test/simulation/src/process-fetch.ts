import type { Fetch } from '@grantkit/auth-core'
import type { RecordFacts } from '@grantkit/history'
import { callApi, introspect, revoke } from './other-requests.ts'
import { awaited, type ProcessLife } from './process-life.ts'
import { apiOrigin, introspectionAddress, revocationAddress, type ProcessWire, type Settle } from './process-wire.ts'
import type { Random } from './random.ts'
import { presentToken } from './token-requests.ts'
import type { World } from './world.ts'

export interface ProcessFetchOptions {
  readonly life: ProcessLife
  readonly random: Random
  /** The claim this process wrote down last. */
  readonly lastClaim: () => RecordFacts['claim']
}

/** The network as one process sees it: the authorization server and an API. */
export function createProcessFetch(world: World, { life, random, lastClaim }: ProcessFetchOptions): Fetch {
  // A server with grace has to see the requests in their order.
  const hasGrace = typeof world.scenario.rotation === 'object'
  const wire: ProcessWire = { world, life, transitMs: () => (hasGrace ? 5 : random.between(0, 20)) }

  function send(address: string, init: RequestInit, settle: Settle): void {
    if (address.startsWith(apiOrigin)) return callApi(wire, new Headers(init.headers), settle)
    const form = init.body as URLSearchParams
    if (address === introspectionAddress) return introspect(wire, form.get('token') ?? '', settle)
    if (address === revocationAddress) return revoke(wire, form.get('token') ?? '', settle)
    const { signal = null } = init
    return presentToken(wire, { refreshToken: form.get('refresh_token') ?? '', signal, claim: lastClaim() }, settle)
  }

  return (input, init = {}) => awaited<Response>(life, (settle) => send(String(input), init, settle))
}
