import { isObject } from '../check-option.ts'
import type { LedgerEntry, LedgerMatch } from '../ledger.ts'
import { isSandboxErrorCode, SandboxError } from '../sandbox-error.ts'
import type { SandboxControl } from './control.ts'
import type { ControlMethod } from './control-routes.ts'

type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (...parameters: infer P) => infer R
    ? (...parameters: P) => Promise<Awaited<R>>
    : Remote<T[K]>
}

/** The control of a sandbox in another process: the same names, every answer awaited. */
export interface RemoteControl extends Omit<Remote<SandboxControl>, 'ledger'> {
  readonly ledger: Omit<Remote<SandboxControl['ledger']>, 'waitFor'> & {
    /** Resolves with the first entry that fits. Fails with `wait_timeout` after `timeoutMs`, 30 s if not given. */
    waitFor(match: LedgerMatch, timeoutMs?: number): Promise<LedgerEntry>
  }
}

type Send = <T>(method: ControlMethod, argument?: unknown, signal?: AbortSignal) => Promise<T>

/**
 * Connects to the control of a listening sandbox.
 *
 * Every call may fail with `control_failed`, or with the code that the control itself gives.
 */
export function connectControl(origin: string): RemoteControl {
  const send: Send = (method, argument, signal) => sendTo(origin, method, argument, signal)
  return {
    clock: { nowMs: () => send('clock/nowMs'), advance: (byMs) => send('clock/advance', byMs) },
    faults: {
      add: (fault) => send('faults/add', fault),
      clear: (id) => send('faults/clear', id),
      pending: () => send('faults/pending'),
      release: (id) => send('faults/release', id),
    },
    ledger: {
      entries: (match) => send('ledger/entries', match),
      summary: (match) => send('ledger/summary', match),
      waitFor: (match, timeoutMs) => pollUntil(send, match, timeoutMs),
    },
    clients: { list: () => send('clients/list'), add: (client) => send('clients/add', client) },
    accounts: { list: () => send('accounts/list'), add: (account) => send('accounts/add', account) },
    grants: { list: () => send('grants/list') },
    voice: {
      addExtensions: (what) => send('voice/addExtensions', what),
      addCallQueues: (what) => send('voice/addCallQueues', what),
      snapshot: (accountKey) => send('voice/snapshot', accountKey),
    },
    google: {
      addServiceAccount: (account) => send('google/addServiceAccount', account),
      addEvents: (what) => send('google/addEvents', what),
      expireSyncTokens: () => send('google/expireSyncTokens'),
      addEmptyPages: (count) => send('google/addEmptyPages', count),
    },
    carthooks: {
      createUserToken: (account) => send('carthooks/createUserToken', account),
      snapshot: (accountKey) => send('carthooks/snapshot', accountKey),
    },
    expireAccessTokens: (match) => send('expireAccessTokens', match),
    revokeGrant: (match) => send('revokeGrant', match),
    setRotation: (change) => send('setRotation', change),
    reset: () => send('reset'),
  }
}

async function sendTo<T>(origin: string, method: ControlMethod, argument: unknown, signal?: AbortSignal): Promise<T> {
  const body = argument === undefined ? null : JSON.stringify(argument)
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body, ...(signal === undefined ? {} : { signal }) }
  const response = await fetch(`${origin}/__sandbox/${method}`, init).catch((cause: unknown) => {
    throw new SandboxError('control_failed', `The sandbox at ${origin} cannot be reached.`, { cause })
  })
  const text = await response.text()
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T
  throw readError(text, response.status)
}

function readError(text: string, status: number): SandboxError {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  if (!isObject(body)) return new SandboxError('control_failed', `The control answered ${status}.`)
  const code = isSandboxErrorCode(body.code) ? body.code : 'control_failed'
  return new SandboxError(code, String(body.message))
}

async function pollUntil(send: Send, match: LedgerMatch, timeoutMs: number = 30_000): Promise<LedgerEntry> {
  const deadline = AbortSignal.timeout(timeoutMs)
  for (;;) {
    try {
      return await send<LedgerEntry>('ledger/waitFor', match, deadline)
    } catch (error) {
      if (deadline.aborted) {
        throw new SandboxError('wait_timeout', `No such call within ${timeoutMs} ms: ${JSON.stringify(match)}.`)
      }
      if (!(error instanceof SandboxError) || error.code !== 'wait_timeout') throw error
    }
  }
}
