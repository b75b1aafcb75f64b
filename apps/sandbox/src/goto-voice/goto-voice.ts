import type { Hono } from 'hono'
import type { AccountBook } from '../accounts.ts'
import { type ApiSpec, loadApiSpec } from '../api/api-spec.ts'
import { findAnswerDefect } from '../api/check-answer.ts'
import { readInput } from '../api/read-input.ts'
import { createRouteTable, type RouteMatch } from '../api/route-table.ts'
import { createSchemaChecker } from '../api/schema-checker.ts'
import { type Answer, type Call, type CallEnv, jsonAnswer, respond } from '../call.ts'
import type { AccessToken, GrantBook } from '../oauth/grant-book.ts'
import type { SandboxClock } from '../sandbox-clock.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { accountHandlers } from './account-things.ts'
import { callQueueHandlers } from './call-queues.ts'
import { callRoutingHandlers } from './call-routing.ts'
import { checkScopes, requireBearer } from './check-bearer.ts'
import { deviceHandlers } from './devices.ts'
import { extensionHandlers } from './extensions.ts'
import { emptyPage, type Handlers, ok, type Told } from './handler.ts'
import { locationHandlers } from './locations.ts'
import { phoneNumberHandlers } from './phone-numbers.ts'
import { createPhoneSystemBook, type PhoneSystemBook } from './phone-systems.ts'
import { refuseInput } from './refuse-input.ts'
import { sharedVoicemailHandlers } from './shared-voicemails.ts'
import { notFound, VendorRefusal } from './vendor-refusal.ts'

/** GoTo's Voice Admin API: routes, checks and answers follow the specification, the state is kept per account. */
export interface GotoVoice extends Omit<PhoneSystemBook, 'of'> {
  mount(app: Hono<CallEnv>): void
  /** Notes who calls in the ledger. */
  annotate(call: Call): void
  isUnder(path: string): boolean
  operationAt(method: string, path: string): string | undefined
  hasOperation(operation: string): boolean
  hasPath(path: string): boolean
  pathFits(path: string, wanted: string): boolean
  expireBearer(call: Call): void
  error(status: number, errorCode: string): Answer
}

export interface GotoVoiceContext {
  readonly accounts: AccountBook
  readonly grants: GrantBook
  readonly clock: SandboxClock
  readonly random: SeededRandom
}

const handlers: Handlers = {
  ...accountHandlers,
  ...callQueueHandlers,
  ...callRoutingHandlers,
  ...deviceHandlers,
  ...extensionHandlers,
  ...locationHandlers,
  ...phoneNumberHandlers,
  ...sharedVoicemailHandlers,
}

const spec: ApiSpec = loadApiSpec('goto-voice')
const routes = createRouteTable(spec.operations)
const checker = createSchemaChecker(spec.document)

/** The operations that are played. */
export const gotoVoiceOperations: readonly string[] = spec.operations.map((operation) => operation.id)

export function createGotoVoice(context: GotoVoiceContext): GotoVoice {
  const { accounts, grants, clock, random } = context
  const systems = createPhoneSystemBook(accounts, random)

  function error(status: number, errorCode: string): Answer {
    return describeRefusal(new VendorRefusal(status, errorCode, 'Played by a fault of the sandbox.'), random)
  }

  function findBearer(call: Call): AccessToken | undefined {
    const [, value = ''] = (call.request.headers.get('authorization') ?? '').split(' ')
    return grants.findAccessToken(value)
  }

  function annotate(call: Call): void {
    if (call.entry.kind !== 'api') return
    const token = findBearer(call)
    const [, value = ''] = (call.request.headers.get('authorization') ?? '').split(' ')
    if (token === undefined) {
      if (value !== '') call.entry.bearer = { hash: random.fingerprint(value) }
      return
    }
    call.entry.bearer = grants.trace(token)
    call.entry.clientId = token.grant.clientId
    call.entry.account = token.grant.account.accountKey
  }

  function answer(call: Call): Answer {
    const route = routes.match(call.request.method, below(call.url.pathname))
    if (route === undefined) return describeRefusal(notFound(), random)
    try {
      const told = handle(call, route)
      const defect = findAnswerDefect(route.operation, { status: told.status, body: told.body }, checker)
      if (defect !== undefined) throw new Error(defect)
      return told.body === undefined ? { status: told.status } : jsonAnswer(told.status, told.body)
    } catch (thrown) {
      if (!(thrown instanceof VendorRefusal)) throw thrown
      const refusal = describeRefusal(thrown, random)
      checkRefusal(route, refusal)
      return refusal
    }
  }

  function handle(call: Call, route: RouteMatch): Told {
    const { operation } = route
    const token = requireBearer(call.request.headers.get('authorization'), grants, clock.nowMs())
    checkScopes(token, operation)
    const input = readInput(call, route, checker)
    if ('problem' in input) throw refuseInput(operation, input.problem)

    const caller = token.grant.account
    if (operation.adminOnly && caller.admin === false) {
      if (operation.parameters.some((parameter) => parameter.name === 'accountKey')) return ok(emptyPage())
      throw new VendorRefusal(403, 'UNAUTHORIZED', 'Only an admin may do this.')
    }
    const handler = handlers[operation.id]
    if (handler === undefined) throw new Error(`Nobody plays ${operation.id}.`)
    return handler({ ...input, caller, system: systems.of(caller.accountKey), random })
  }

  return {
    ...systems,
    isUnder,
    annotate,
    error,
    mount(app) {
      for (const path of [spec.basePath, `${spec.basePath}/*`]) {
        app.all(path, (c) => respond(c.env.call, answer(c.env.call)))
      }
    },
    operationAt: (method, path) => routes.match(method, below(path))?.operation.id,
    hasOperation: (operation) => gotoVoiceOperations.includes(operation),
    hasPath: (path) => isKnownPath(isUnder(path) ? below(path) : path),
    pathFits: (path, wanted) => isUnder(path) && routes.fits(below(path), isUnder(wanted) ? below(wanted) : wanted),
    expireBearer(call) {
      const token = findBearer(call)
      if (token !== undefined) token.expiresAtMs = Math.min(token.expiresAtMs, clock.nowMs())
    },
  }
}

function isUnder(path: string): boolean {
  return path === spec.basePath || path.startsWith(`${spec.basePath}/`)
}

/** The part of a path that the specification knows. */
function below(path: string): string {
  return path.slice(spec.basePath.length)
}

function isKnownPath(path: string): boolean {
  return routes.hasTemplate(path) || spec.operations.some((operation) => routes.fits(path, operation.path))
}

function describeRefusal({ status, errorCode, message, violations }: VendorRefusal, random: SeededRandom): Answer {
  const reference = random.uuid('reference')
  const constraintViolations = violations.length === 0 ? {} : { constraintViolations: violations }
  return jsonAnswer(status, { reference, errorCode, message, ...constraintViolations }, { error: errorCode })
}

/** A refusal that an operation does not document is a defect of ours, but for the few the vendor documents for none. */
function checkRefusal({ operation }: RouteMatch, { status, text = '' }: Answer): void {
  const undocumented = [400, 413].includes(status) && !operation.answers.has(status)
  if (undocumented) return
  const defect = findAnswerDefect(operation, { status, body: JSON.parse(text) }, checker)
  if (defect !== undefined) throw new Error(defect)
}
