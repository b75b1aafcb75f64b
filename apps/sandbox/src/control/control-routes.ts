import { readBody } from '../call.ts'
import type { LedgerChanges } from '../ledger-changes.ts'
import type { LedgerMatch } from '../ledger.ts'
import { isSandboxError, SandboxError } from '../sandbox-error.ts'
import type { SandboxControl } from './control.ts'
import { answerInspector } from './inspector.ts'
import { streamLedger } from './ledger-stream.ts'

const prefix = '/__sandbox/'
const bodyLimitBytes = 1_000_000

/** A held connection is answered after so long, so that nothing in between gives up; the client asks again. */
const longPollMs = 20_000

/** The methods of the control, as they are reached over HTTP: `POST /__sandbox/<group>/<name>`, the argument as JSON. */
export const controlNames = [
  'clock/nowMs',
  'clock/advance',
  'faults/add',
  'faults/clear',
  'faults/pending',
  'faults/release',
  'ledger/entries',
  'ledger/summary',
  'ledger/waitFor',
  'clients/list',
  'clients/add',
  'accounts/list',
  'accounts/add',
  'grants/list',
  'voice/addExtensions',
  'voice/addCallQueues',
  'voice/snapshot',
  'google/addServiceAccount',
  'google/addEvents',
  'google/expireSyncTokens',
  'google/addEmptyPages',
  'carthooks/createUserToken',
  'carthooks/snapshot',
  'expireAccessTokens',
  'revokeGrant',
  'setRotation',
  'reset',
] as const

export type ControlMethod = (typeof controlNames)[number]

const controlMethods: Readonly<Record<ControlMethod, (control: SandboxControl, argument: unknown) => unknown>> = {
  'clock/nowMs': (control) => control.clock.nowMs(),
  'clock/advance': (control, argument) => control.clock.advance(argument as never),
  'faults/add': (control, argument) => control.faults.add(argument as never),
  'faults/clear': (control, argument) => control.faults.clear(argument as never),
  'faults/pending': (control) => control.faults.pending(),
  'faults/release': (control, argument) => control.faults.release(argument as never),
  'ledger/entries': (control, argument) => control.ledger.entries(argument as never),
  'ledger/summary': (control, argument) => control.ledger.summary(argument as never),
  'ledger/waitFor': (control, argument) => waitShortly(control, argument as LedgerMatch),
  'clients/list': (control) => control.clients.list(),
  'clients/add': (control, argument) => control.clients.add(argument as never),
  'accounts/list': (control) => control.accounts.list(),
  'accounts/add': (control, argument) => control.accounts.add(argument as never),
  'grants/list': (control) => control.grants.list(),
  'voice/addExtensions': (control, argument) => control.voice.addExtensions(argument as never),
  'voice/addCallQueues': (control, argument) => control.voice.addCallQueues(argument as never),
  'voice/snapshot': (control, argument) => control.voice.snapshot(argument as never),
  'google/addServiceAccount': (control, argument) => control.google.addServiceAccount(argument as never),
  'google/addEvents': (control, argument) => control.google.addEvents(argument as never),
  'google/expireSyncTokens': (control) => control.google.expireSyncTokens(),
  'google/addEmptyPages': (control, argument) => control.google.addEmptyPages(argument as never),
  'carthooks/createUserToken': (control, argument) => control.carthooks.createUserToken(argument as never),
  'carthooks/snapshot': (control, argument) => control.carthooks.snapshot(argument as never),
  expireAccessTokens: (control, argument) => control.expireAccessTokens(argument as never),
  revokeGrant: (control, argument) => control.revokeGrant(argument as never),
  setRotation: (control, argument) => control.setRotation(argument as never),
  reset: (control) => control.reset(),
}

/** What may also be read with a plain GET. */
const readable: readonly string[] = [
  'clock/nowMs',
  'faults/pending',
  'ledger/entries',
  'ledger/summary',
  'clients/list',
  'accounts/list',
  'grants/list',
  'voice/snapshot',
  'carthooks/snapshot',
]

export function isControlPath(request: Request): boolean {
  const { pathname } = new URL(request.url)
  return pathname.startsWith(prefix) || `${pathname}/` === prefix
}

interface Controlled {
  readonly control: SandboxControl
  readonly changes: Pick<LedgerChanges, 'follow'>
  /** Whether it is there on purpose for everybody who reaches it, under whatever name. */
  readonly exposed: boolean
}

/**
 * Answers a call of the control interface. Pages of other origins are refused, and unless it is exposed names other than
 * loopback, for reading too.
 */
export async function answerControl(request: Request, { control, changes, exposed }: Controlled): Promise<Response> {
  const url = new URL(request.url)
  const stranger = findStranger(request, url, exposed)
  if (stranger !== undefined) return json(403, { code: 'control_failed', message: stranger })

  const name = url.pathname.slice(prefix.length)
  if (request.method === 'GET') {
    if (name === 'ledger/stream') return streamLedger(changes, request.headers.get('last-event-id'))
    const page = answerInspector(name)
    if (page !== undefined) return page
  }
  if (name === '') return json(200, { methods: controlNames, readable, summary: control.ledger.summary() })
  if (!isControlMethod(name)) {
    return json(404, { code: 'control_failed', message: `No "${name}" here; GET ${prefix} lists what there is.` })
  }
  if (request.method !== 'POST' && !(request.method === 'GET' && readable.includes(name))) {
    return json(405, { code: 'control_failed', message: 'Use POST.' })
  }
  return run(name, request, control)
}

async function run(name: ControlMethod, request: Request, control: SandboxControl): Promise<Response> {
  try {
    const argument = await readArgument(request)
    const result: unknown = await controlMethods[name](control, argument)
    return result === undefined ? new Response(null, { status: 204 }) : json(200, result)
  } catch (error) {
    if (!isSandboxError(error)) throw error
    return json(error.code === 'wait_timeout' ? 408 : 400, { code: error.code, message: error.message })
  }
}

function isControlMethod(name: string): name is ControlMethod {
  return Object.hasOwn(controlMethods, name)
}

function findStranger(request: Request, url: URL, exposed: boolean): string | undefined {
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (!isLoopback && !exposed) return 'Control answers on loopback names only.'
  const origin = request.headers.get('origin')
  if (origin !== null && origin !== url.origin) return 'Control does not answer pages of other origins.'
  const site = request.headers.get('sec-fetch-site')
  if (site === 'cross-site' || site === 'same-site') return 'Control does not answer pages of other origins.'
  return undefined
}

async function readArgument(request: Request): Promise<unknown> {
  const body = await readBody(request, bodyLimitBytes)
  if (body === undefined) throw new SandboxError('invalid_option', 'The argument is too large.')
  if (body.byteLength === 0) return undefined
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    throw new SandboxError('invalid_option', 'The body must be the argument as JSON.')
  }
}

function waitShortly(control: SandboxControl, match: LedgerMatch = {}): Promise<unknown> {
  return control.ledger.waitFor(match, longPollMs)
}

function json(status: number, body: unknown): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  })
}
