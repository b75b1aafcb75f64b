import { type Answer, type Call, jsonAnswer, respond } from '../call.ts'
import type { AccessToken, GrantBook } from '../oauth/grant-book.ts'
import type { SandboxClock } from '../sandbox-clock.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { Service } from '../service.ts'
import type { VendorId } from '../vendor.ts'
import type { ApiOperation, ApiSpec } from './api-spec.ts'
import { findAnswerDefect } from './check-answer.ts'
import { type ApiInput, type InputProblem, readInput } from './read-input.ts'
import { createRouteTable, type RouteMatch } from './route-table.ts'
import { createSchemaChecker, type SchemaChecker } from './schema-checker.ts'

/** What a handler says: the answer before it is checked and written. */
export interface Told {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A request that passed the specification, and whose token was taken. */
export interface Admitted {
  readonly operation: ApiOperation
  readonly input: ApiInput
  readonly token: Admission
  /** Where the API was asked: scheme and host. */
  readonly origin: string
}

/** Whose request it is, and what they allowed the client. */
export type Admission = Pick<AccessToken, 'grant' | 'scopes'>

/** What is one vendor's own in an API: whose it is, whom it admits, what it answers, and how it words what it refuses. */
export interface ApiManners {
  readonly vendor: VendorId
  /** Takes the bearer (or what else the vendor takes) and its scopes, or throws what `describe` puts into words. */
  admit(authorization: string | null, operation: ApiOperation, headers: Headers): Admission
  /** Reads the query where the vendor does not do it as its specification says. */
  readQuery?(url: URL): URLSearchParams
  handle(admitted: Admitted): Told
  /** Makes what a wrong request throws. */
  refuseInput(operation: ApiOperation, problem: InputProblem): Error
  /** Makes what a path without an operation throws. */
  notFound(): Error
  /** Makes what a fault throws; without a code the one that the vendor has for the status. */
  fault(status: number, errorCode?: string): Error
  /** Words what was thrown; nothing where it is no refusal but a defect. */
  describe(thrown: unknown, call: Call): Answer | undefined
  /** Whether a refusal may be one that the specification does not document. */
  mayBeUndocumented(operation: ApiOperation, status: number): boolean
}

export interface ApiServiceContext {
  readonly grants: GrantBook
  readonly clock: SandboxClock
  readonly random: SeededRandom
}

/** A specification, ready to route and to check. */
export interface PlayableApi {
  readonly spec: ApiSpec
  readonly routes: ReturnType<typeof createRouteTable>
  readonly checker: SchemaChecker
  readonly operations: readonly string[]
}

export function playableApi(spec: ApiSpec): PlayableApi {
  return {
    spec,
    routes: createRouteTable(spec.operations),
    checker: createSchemaChecker(spec.document),
    operations: spec.operations.map((operation) => operation.id),
  }
}

/** Plays an API: routes, checks of requests and checks of our own answers follow the specification. */
export function createApiService(
  { spec, routes, checker, operations }: PlayableApi,
  { grants, clock, random }: ApiServiceContext,
  manners: ApiManners,
): Omit<Service, 'reset'> {
  const isUnder = (path: string): boolean => path === spec.basePath || path.startsWith(`${spec.basePath}/`)
  const below = (path: string): string => path.slice(spec.basePath.length)
  const isKnown = (path: string): boolean =>
    routes.hasTemplate(path) || spec.operations.some((operation) => routes.fits(path, operation.path))

  function answer(call: Call): Answer {
    const route = routes.match(call.request.method, below(call.url.pathname))
    try {
      if (route === undefined) throw manners.notFound()
      const told = handle(call, route)
      const defect = findAnswerDefect(route.operation, { status: told.status, body: told.body }, checker)
      if (defect !== undefined) throw new Error(defect)
      return write(told)
    } catch (thrown) {
      const refusal = manners.describe(thrown, call)
      if (refusal === undefined) throw thrown
      if (route !== undefined) checkRefusal(route.operation, refusal)
      return refusal
    }
  }

  function handle(call: Call, route: RouteMatch): Told {
    const { operation } = route
    const { headers } = call.request
    const token = manners.admit(headers.get('authorization'), operation, headers)
    const search = manners.readQuery?.(call.url) ?? call.url.searchParams
    const input = readInput(call, route, { search, checker })
    if ('problem' in input) throw manners.refuseInput(operation, input.problem)
    return manners.handle({ operation, input, token, origin: call.url.origin })
  }

  function wordFault(call: Call, status: number, errorCode: string | undefined): Answer {
    const refusal = manners.describe(manners.fault(status, errorCode), call)
    if (refusal === undefined) throw new Error(`Nobody can word ${status}.`)
    return refusal
  }

  /** A refusal that an operation does not document is a defect of ours. */
  function checkRefusal(operation: ApiOperation, { status, text = '' }: Answer): void {
    if (manners.mayBeUndocumented(operation, status)) return
    const defect = findAnswerDefect(operation, { status, body: JSON.parse(text) }, checker)
    if (defect !== undefined) throw new Error(defect)
  }

  return {
    vendor: manners.vendor,
    api: spec.name,
    mount(app) {
      for (const path of [spec.basePath, `${spec.basePath}/*`]) {
        app.all(path, (c) => respond(c.env.call, answer(c.env.call)))
      }
    },
    identify(method, path) {
      if (!isUnder(path)) return undefined
      return {
        kind: 'api',
        api: spec.name,
        operation: routes.match(method, below(path))?.operation.id ?? 'unknown',
      }
    },
    annotate(call) {
      const value = bearerOf(call)
      const token = grants.findAccessToken(value)
      if (token === undefined) {
        if (value !== '') call.entry.bearer = { hash: random.fingerprint(value) }
        return
      }
      call.entry.bearer = grants.trace(token)
      call.entry.clientId = token.grant.clientId
      call.entry.account = token.grant.account.accountKey
    },
    error(call, status, errorCode) {
      const usual = wordFault(call, status, errorCode)
      if (errorCode !== undefined || usual.error === undefined) return usual
      // An operation may have codes of its own for a status.
      const { operation } = routes.match(call.request.method, below(call.url.pathname)) ?? {}
      const codes = operation?.answers.get(status)?.errorCodes ?? []
      return codes.length === 0 || codes.includes(usual.error) ? usual : wordFault(call, status, codes[0])
    },
    expireBearer(call) {
      const token = grants.findAccessToken(bearerOf(call))
      if (token !== undefined) token.expiresAtMs = Math.min(token.expiresAtMs, clock.nowMs())
    },
    operations: operations.map((operation) => ({ kind: 'api', operation })),
    hasPath: (path) => isKnown(isUnder(path) ? below(path) : path),
    pathFits: (path, wanted) => isUnder(path) && routes.fits(below(path), isUnder(wanted) ? below(wanted) : wanted),
  }
}

function write({ status, body, headers = {} }: Told): Answer {
  return body === undefined ? { status, headers } : jsonAnswer(status, body, { headers })
}

function bearerOf(call: Call): string {
  const [, value = ''] = (call.request.headers.get('authorization') ?? '').split(' ')
  return value
}
