import { checkKeys, checkNumber, checkOneOf, checkText, isObject } from '../check-option.ts'
import type { CallKind } from '../ledger.ts'
import { grantTypes } from '../oauth/grant-types.ts'
import { SandboxError } from '../sandbox-error.ts'
import { vendorIds } from '../vendor.ts'
import type { Fault, FaultMatch, FaultType } from './fault.ts'

type Check = (value: unknown, what: string) => void

const status: Check = (value, what) => checkNumber(value, what, 200, 599)
const bytes: Check = (value, what) => checkNumber(value, what, 1, 100_000_000)
const amount: Check = (value, what) => checkNumber(value, what, 0)
const anyNumber: Check = (value, what) => checkNumber(value, what, -Number.MAX_SAFE_INTEGER)
const flag: Check = (value, what) => {
  if (typeof value !== 'boolean') throw new SandboxError('invalid_option', `${what} is true or false.`)
}

const claims: Check = (value, what) => {
  if (!isObject(value)) throw new SandboxError('invalid_option', `${what} is an object.`)
}
const keyId: Check = (value, what) => {
  if (value !== null) checkText(value, what)
}
const signature: Check = (value, what) => checkOneOf(value, ['broken', 'none'], what)

const headerText: Check = (value, what) => {
  checkText(value, what)
  if (!/^[\x20-\x7e]+$/.test(String(value))) {
    throw new SandboxError('invalid_option', `${what} must be plain ASCII, without line breaks.`)
  }
}

interface TypeFacts {
  readonly options: Readonly<Record<string, Check>>
  readonly required?: readonly string[]
  /** Strikes these kinds of calls only. */
  readonly only?: readonly CallKind[]
}

const faultTypes: Readonly<Record<FaultType, TypeFacts>> = {
  expire_access_token: { options: {}, only: ['api'] },
  unauthorized: { options: {} },
  forbidden: { options: { errorCode: checkText } },
  api_error: { options: { status, errorCode: checkText }, required: ['status'], only: ['api'] },
  rate_limited: { options: { retryAfterSeconds: amount, processed: flag } },
  server_error: { options: { status, processed: flag } },
  lost: { options: { processed: flag } },
  cut: { options: { after: amount } },
  dribble: { options: { bytes, everyMs: amount } },
  garbage: { options: {} },
  html: { options: { status, processed: flag } },
  empty: { options: { status, processed: flag } },
  huge: { options: { bytes, processed: flag } },
  redirect: { options: { location: headerText, processed: flag } },
  status: { options: { status } },
  wrong_issuer: { options: { issuer: checkText }, only: ['metadata', 'authorize', 'token'] },
  wrong_id_token: { options: { claims, keyId, signature }, only: ['token'] },
  clock_moves: { options: { byMs: anyNumber }, required: ['byMs'] },
  oauth_error: { options: { error: checkText, status }, required: ['error'], only: ['token'] },
  wrong_types: { options: {}, only: ['token'] },
  unknown_token_type: { options: {}, only: ['token'] },
  expires_in: { options: { seconds: anyNumber }, required: ['seconds'], only: ['token'] },
}

const frame: Readonly<Record<string, Check>> = {
  times(value, what) {
    if (value !== 'always') checkNumber(value, what, 1)
  },
  skip: amount,
  delayMs: amount,
  hold(value, what) {
    if (value !== true && value !== 'request') throw new SandboxError('invalid_option', `${what} is true or "request".`)
  },
}

export const faultMatchKeys: readonly (keyof FaultMatch)[] = [
  'vendor',
  'kind',
  'api',
  'operation',
  'path',
  'account',
  'clientId',
  'grantType',
]

/** The kinds of calls that only this type of fault can strike, if it is so choosy. */
export function onlyKinds({ type }: Fault): readonly CallKind[] | undefined {
  return type === undefined ? undefined : faultTypes[type].only
}

/** Checks a fault's shape; whether it can ever match is another question. */
export function checkFault(fault: Fault): void {
  if (!isObject(fault)) throw new SandboxError('invalid_option', 'A fault must be an object.')
  const { type, match } = fault
  if (type !== undefined) checkOneOf(type, Object.keys(faultTypes), 'fault.type')
  const { options, required = [] }: TypeFacts = type === undefined ? { options: {} } : faultTypes[type]
  checkKeys(fault, ['match', 'type', ...Object.keys({ ...frame, ...options })], `fault ${type ?? ''}`.trim())
  if (type === undefined && fault.delayMs === undefined && fault.hold === undefined) {
    throw new SandboxError('invalid_option', 'A fault needs a type, delayMs or hold.')
  }
  checkKeys(match, faultMatchKeys, 'fault.match')
  if (match.vendor !== undefined) checkOneOf(match.vendor, vendorIds, 'fault.match.vendor')
  if (match.grantType !== undefined) checkOneOf(match.grantType, [...grantTypes, 'unknown'], 'fault.match.grantType')
  for (const [name, check] of Object.entries({ ...frame, ...options })) {
    const value: unknown = Reflect.get(fault, name)
    if (value !== undefined || required.includes(name)) check(value, `fault.${name}`)
  }
}
