import { checkKeys, checkNumber, checkOneOf, isObject } from '../check-option.ts'
import type { CallKind } from '../ledger.ts'
import { SandboxError } from '../sandbox-error.ts'
import { type VendorId, vendorIds } from '../vendor.ts'

export const callKinds: readonly CallKind[] = [
  'metadata',
  'authorize',
  'device',
  'token',
  'revoke',
  'introspect',
  'identity',
  'api',
  'batch',
  'unknown',
]

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
  | { readonly type: 'api_error'; readonly status: number; readonly errorCode: string }
  | { readonly type: 'rate_limited'; readonly retryAfterSeconds?: number; readonly processed?: boolean }
  | { readonly type: 'server_error'; readonly status?: number; readonly processed?: boolean }
  | { readonly type: 'lost'; readonly processed?: boolean }
  | { readonly type: 'cut' }
  | { readonly type: 'html'; readonly status?: number; readonly processed?: boolean }
  | { readonly type: 'empty'; readonly status?: number; readonly processed?: boolean }
  | { readonly type: 'huge'; readonly bytes?: number; readonly processed?: boolean }
  | { readonly type: 'redirect'; readonly location?: string; readonly processed?: boolean }
  /** The true answer under another status: Carthooks was seen to answer errors with 200, the default. */
  | { readonly type: 'status'; readonly status?: number }
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

interface TypeFacts {
  readonly keys: readonly string[]
  /** Strikes this kind of call only. */
  readonly only?: CallKind
}

const faultTypes: Readonly<Record<FaultType, TypeFacts>> = {
  expire_access_token: { keys: [], only: 'api' },
  unauthorized: { keys: [] },
  forbidden: { keys: ['errorCode'] },
  api_error: { keys: ['status', 'errorCode'], only: 'api' },
  rate_limited: { keys: ['retryAfterSeconds', 'processed'] },
  server_error: { keys: ['status', 'processed'] },
  lost: { keys: ['processed'] },
  cut: { keys: [] },
  html: { keys: ['status', 'processed'] },
  empty: { keys: ['status', 'processed'] },
  huge: { keys: ['bytes', 'processed'] },
  redirect: { keys: ['location', 'processed'] },
  status: { keys: ['status'] },
  oauth_error: { keys: ['error', 'status'], only: 'token' },
  wrong_types: { keys: [], only: 'token' },
  unknown_token_type: { keys: [], only: 'token' },
  expires_in: { keys: ['seconds'], only: 'token' },
}

const frameKeys = ['match', 'times', 'skip', 'delayMs', 'hold', 'type']
const matchKeys = ['vendor', 'kind', 'api', 'operation', 'path', 'account', 'clientId', 'grantType']

/** The kind of call that only this type of fault can strike, if there is one. */
export function onlyKind(fault: Fault): CallKind | undefined {
  return fault.type === undefined ? undefined : faultTypes[fault.type].only
}

/** Checks a fault's shape; whether it can ever match is checked by the schedule. */
export function checkFault(fault: Fault): void {
  if (!isObject(fault)) throw new SandboxError('invalid_option', 'A fault must be an object.')
  const { type } = fault
  if (type !== undefined && !Object.hasOwn(faultTypes, type)) {
    throw new SandboxError('invalid_option', `No fault "${type}". Known: ${Object.keys(faultTypes).join(', ')}.`)
  }
  checkKeys(fault, [...frameKeys, ...(type === undefined ? [] : faultTypes[type].keys)], `fault ${type ?? ''}`.trim())
  if (type === undefined && fault.delayMs === undefined && fault.hold === undefined) {
    throw new SandboxError('invalid_option', 'A fault needs a type, delayMs or hold.')
  }
  checkKeys(fault.match, matchKeys, 'fault.match')
  if (fault.match.vendor !== undefined) checkOneOf(fault.match.vendor, vendorIds, 'fault.match.vendor')
  if (fault.times !== undefined && fault.times !== 'always') checkNumber(fault.times, 'fault.times', 1)
  if (fault.skip !== undefined) checkNumber(fault.skip, 'fault.skip', 0)
  if (fault.delayMs !== undefined) checkNumber(fault.delayMs, 'fault.delayMs', 0)
  if (fault.hold !== undefined && fault.hold !== true && fault.hold !== 'request') {
    throw new SandboxError('invalid_option', 'fault.hold is true or "request".')
  }
  checkEffect(fault)
}

function checkEffect(fault: Fault): void {
  if ('status' in fault && fault.status !== undefined) checkNumber(fault.status, 'fault.status', 200, 599)
  if ('bytes' in fault && fault.bytes !== undefined) checkNumber(fault.bytes, 'fault.bytes', 1, 100_000_000)
  if (fault.type === 'expires_in' && typeof fault.seconds !== 'number') {
    throw new SandboxError('invalid_option', 'fault.seconds must be a number.')
  }
  if (fault.type === 'api_error' && (fault.status === undefined || typeof fault.errorCode !== 'string')) {
    throw new SandboxError('invalid_option', 'fault.status must be a number and fault.errorCode a string.')
  }
  if (fault.type === 'oauth_error' && typeof fault.error !== 'string') {
    throw new SandboxError('invalid_option', 'fault.error must be a string.')
  }
}
