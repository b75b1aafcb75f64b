import type { ProcessLife } from './process-life.ts'
import type { World } from './world.ts'

export const origin = 'https://login.example.com'
export const tokenAddress = `${origin}/token`
export const introspectionAddress = `${origin}/introspect`
export const revocationAddress = `${origin}/revoke`
export const apiOrigin = 'https://api.example.com'

/** What requests of one process are made with. */
export interface ProcessWire {
  readonly world: World
  readonly life: ProcessLife
  /** How long the next message is on its way. */
  transitMs(): number
}

/** The two ways a request can end for its process. */
export interface Settle {
  readonly resolve: (answer: Response) => void
  readonly reject: (error: unknown) => void
}
