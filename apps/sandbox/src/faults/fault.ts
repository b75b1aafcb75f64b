import type { CallKind } from '../ledger.ts'
import type { VendorId } from '../vendor.ts'

/** Which calls a fault strikes: all named members must fit. */
export interface FaultMatch {
  readonly vendor?: VendorId
  readonly kind?: CallKind
  /** Name of the API's specification, such as `goto-admin`; operation ids are unique within it only. */
  readonly api?: string
  /** Operation id of the API's specification or name of an OAuth endpoint. */
  readonly operation?: string
  /** Path of the URL, or its template as the specification writes it, below the API's base path. */
  readonly path?: string
  /** Account key or login e-mail. */
  readonly account?: string
  readonly clientId?: string
  readonly grantType?: string
}

interface FaultFrame {
  readonly match: FaultMatch
  /** How many calls it strikes: a number, or `always` until it is cleared. Default 1. */
  readonly times?: number | 'always'
  /** Lets this many matching calls pass first. Default 0. */
  readonly skip?: number
  /** Answers so much later, by the sandbox's clock. */
  readonly delayMs?: number
  /** Holds the answer (`true`), or the request before it is processed, until `faults.release`. */
  readonly hold?: true | 'request'
}

/**
 * `processed`: whether the vendor does what was asked before the answer goes wrong. Default false.
 */
export type FaultEffect =
  | { readonly type?: undefined }
  | { readonly type: 'expire_access_token' }
  | { readonly type: 'unauthorized' }
  | { readonly type: 'forbidden'; readonly errorCode?: string }
  | { readonly type: 'api_error'; readonly status: number; readonly errorCode?: string }
  | { readonly type: 'rate_limited'; readonly retryAfterSeconds?: number; readonly processed?: boolean }
  | { readonly type: 'server_error'; readonly status?: number; readonly processed?: boolean }
  | { readonly type: 'lost'; readonly processed?: boolean }
  /** `after`: so many bytes of the body. Default half of them; 0 is right after the headers. */
  | { readonly type: 'cut'; readonly after?: number }
  /** So many bytes at once, 1 by default, with so long in between by the sandbox's clock, 100 ms by default. */
  | { readonly type: 'dribble'; readonly bytes?: number; readonly everyMs?: number }
  /** The true answer with every bit of its body turned. */
  | { readonly type: 'garbage' }
  | { readonly type: 'html'; readonly status?: number; readonly processed?: boolean }
  | { readonly type: 'empty'; readonly status?: number; readonly processed?: boolean }
  | { readonly type: 'huge'; readonly bytes?: number; readonly processed?: boolean }
  | { readonly type: 'redirect'; readonly location?: string; readonly processed?: boolean }
  /** The true answer under another status: Carthooks was seen to answer errors with 200, the default. */
  | { readonly type: 'status'; readonly status?: number }
  /** Another issuer in the metadata, in an ID token, or as `iss` beside a code (RFC 9207). */
  | { readonly type: 'wrong_issuer'; readonly issuer?: string }
  /** Other claims in an ID token, where `null` takes one away; another key id, or none; a signature that is not good. */
  | {
      readonly type: 'wrong_id_token'
      readonly claims?: Readonly<Record<string, unknown>>
      readonly keyId?: string | null
      readonly signature?: 'broken' | 'none'
    }
  /** The sandbox's clock goes forward, or back, before the call is looked at. */
  | { readonly type: 'clock_moves'; readonly byMs: number }
  | { readonly type: 'oauth_error'; readonly error: string; readonly status?: number }
  | { readonly type: 'wrong_types' }
  | { readonly type: 'unknown_token_type' }
  | { readonly type: 'expires_in'; readonly seconds: number }

export type FaultType = NonNullable<FaultEffect['type']>

/** A misbehaviour to play. */
export type Fault = FaultFrame & FaultEffect

export interface PendingFault {
  readonly id: string
  readonly fault: Fault
  readonly remaining: number | 'always'
  /** Calls it holds at the moment. */
  readonly held: number
}
