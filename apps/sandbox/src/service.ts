import type { Hono } from 'hono'
import type { Answer, Call, CallEnv } from './call.ts'
import type { CallKind } from './ledger.ts'
import type { VendorId } from './vendor.ts'

/** Where a request goes. */
export interface CallTarget {
  /** Absent where nobody answers. */
  readonly vendor?: VendorId
  readonly kind: CallKind
  /** Name of the API's specification. */
  readonly api?: string
  /** Operation id of the API's specification, or the name of an OAuth endpoint. */
  readonly operation: string
}

/** Plays a part of a call as a call of its own; nothing where its connection broke. */
export type PlayPart = (request: Request) => Promise<Response | undefined>

/** A part of a vendor that answers under paths of its own: an authorization server, or one API. */
export interface Service {
  readonly vendor: VendorId
  mount(app: Hono<CallEnv>): void
  /** Tells what a call to this path is; nothing where the path is not the service's. */
  identify(method: string, path: string): Omit<CallTarget, 'vendor'> | undefined
  /** Notes in the ledger who calls, as far as the request tells. */
  annotate(call: Call): void
  /** Writes an error as the service does, for a fault to play; without a code the one it has for the status. */
  error(call: Call, status: number, errorCode?: string): Answer
  /** Lets the access token that a call carries expire now. */
  expireBearer(call: Call): void
  /** Name of the API's specification, where it is one. */
  readonly api?: string
  readonly operations: readonly Pick<CallTarget, 'kind' | 'operation'>[]
  hasPath(path: string): boolean
  /** Whether a path is the one, or fits the template, that a fault names. */
  pathFits(path: string, wanted: string): boolean
  /** Answers a call by playing its parts, instead of by a route; nothing where the connection broke. */
  play?(call: Call, playPart: PlayPart): Promise<Response | undefined>
  reset(): void
}
