import { Hono } from 'hono'
import { type CallEnv, jsonAnswer, respond } from './call.ts'
import { type SandboxControl, createControl } from './control/control.ts'
import { answerControl, isControlPath } from './control/control-routes.ts'
import type { Outcome, PlayContext } from './play-call.ts'
import { playCall } from './play-call.ts'
import { answerNothingHere } from './nothing-here.ts'
import type { SandboxOptions } from './sandbox-options.ts'
import type { SeededRandom } from './seeded-random.ts'
import { type VendorId, vendorOfHost } from './vendor.ts'
import { restoreSnapshot, type SandboxSnapshot, takeSnapshot } from './state/snapshot.ts'
import { registerWire } from './wire.ts'
import { createWorld, type World } from './world.ts'

/**
 * Played vendors. `fetch` takes requests to any host: a vendor's own host, or else the path, decides who answers.
 */
export interface Sandbox {
  /**
   * Answers one request in this process. A connection that breaks is a rejected promise, as of the real `fetch`;
   * redirects are returned, not followed.
   */
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>
  readonly control: SandboxControl
  /**
   * Returns everything the sandbox knows, as JSON: clock, seed, grants, faults, ledger, and the state of all vendors. Not
   * in it is what hangs in the air: open pages, held calls, page tokens of the Calendar, and the key of ID tokens.
   */
  snapshot(): SandboxSnapshot
  /**
   * Goes back to a snapshot, of this sandbox or another one; its seed and settings come with it. A clock that runs has run
   * on since. Fails with `broken_state` or `state_version`, and leaves everything as it was.
   */
  restore(snapshot: SandboxSnapshot): void
  /** Ends all waiting and held calls and closes the sockets it listens on. Further requests find nobody. */
  close(): Promise<void>
}

/** Creates a sandbox that answers in this process; `listen` puts it on a socket as well. */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const world = createWorld(options)
  const control = createControl(world)
  const context = createPlayContext(world)
  const closers = new Set<() => Promise<void>>()
  const played = new Set<() => void>()

  async function play(request: Request, exposed = false): Promise<Outcome> {
    if (world.isClosed()) return { type: 'lost' }
    try {
      return await answer(request, exposed)
    } finally {
      for (const tell of played) tell()
    }
  }

  async function answer(request: Request, exposed: boolean): Promise<Outcome> {
    if (!isControlPath(request)) return playCall(request, context)
    const { changes } = world.ledger
    return { type: 'answered', response: await answerControl(request, { control, changes, exposed }) }
  }

  async function fetchHere(input: Request | URL | string, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init)
    request.signal.throwIfAborted()
    const aborted = new Promise<never>((_, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason), { once: true })
    })
    return toFetchResult(await Promise.race([play(request), aborted]), request)
  }

  const sandbox: Sandbox = {
    fetch: fetchHere,
    control,
    snapshot: () => takeSnapshot(world),
    restore: (snapshot) => restoreSnapshot(snapshot, world),
    async close() {
      world.close()
      await Promise.all(Array.from(closers, (closeSocket) => closeSocket()))
    },
  }
  registerWire(sandbox, { play, closers, played })
  return sandbox
}

type App = Hono<CallEnv>

/** One app a vendor: two vendors may have the same path. */
function createApps({ services, random }: World): ReadonlyMap<VendorId, App> {
  const apps = new Map<VendorId, App>()
  for (const { vendor, mount } of services) {
    const app = apps.get(vendor) ?? createApp(random, vendor)
    mount(app)
    apps.set(vendor, app)
  }
  return apps
}

function createApp(random: SeededRandom, vendor?: VendorId): App {
  // The address of the call, which may be another one than the request's.
  const app = new Hono<CallEnv>({ getPath: (_request, options) => options?.env?.call.url.pathname ?? '/' })
  app.notFound((c) => respond(c.env.call, answerNothingHere(vendor, random)))
  app.onError((error, c) => {
    const body = { errorCode: 'UNKNOWN_ERROR', message: `The sandbox itself failed: ${error.message}` }
    return respond(c.env.call, jsonAnswer(500, body, { error: 'sandbox_failed' }))
  })
  return app
}

function createPlayContext(world: World): PlayContext {
  const { clock, ledger, faults, services, fallback, random } = world
  const apps = createApps(world)
  const strangers = createApp(random)
  return {
    clock,
    ledger,
    faults,
    find(method, url) {
      const vendor = vendorOfHost(url.hostname)
      for (const service of services) {
        if (vendor !== undefined && service.vendor !== vendor) continue
        const target = service.identify(method, url.pathname)
        if (target !== undefined) return { target: { vendor: service.vendor, ...target }, service }
      }
      const target = { kind: 'unknown', operation: 'unknown' } as const
      const service = services.find((each) => each.vendor === vendor)
      if (vendor === undefined || service === undefined) return { target, service: fallback }
      return { target: { vendor, ...target }, service }
    },
    publicPath: (path) => hideSecrets(path, random.fingerprint),
    answer: async (call) => {
      const { vendor } = call.entry
      const app = vendor === undefined ? strangers : (apps.get(vendor) ?? strangers)
      return app.fetch(call.request, { call })
    },
    isClosed: world.isClosed,
  }
}

/** A secret put into a path by mistake must not reach the ledger: long segments that are no ids are written as hashes. */
function hideSecrets(path: string, fingerprint: (secret: string) => string): string {
  const isUuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
  return path
    .split('/')
    .map((segment) => (segment.length <= 32 || isUuid.test(segment) ? segment : `#${fingerprint(segment)}`))
    .join('/')
}

function toFetchResult(outcome: Outcome, request: Request): Response {
  if (outcome.type === 'answered') {
    const { response } = outcome
    if (request.redirect === 'error' && response.headers.has('location')) throw brokenConnection('unexpected redirect')
    return response
  }
  if (outcome.type === 'lost') throw brokenConnection('the connection was closed without an answer')
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      if (outcome.body.length > 0) stream.enqueue(outcome.body)
    },
    pull(stream) {
      stream.error(brokenConnection('the connection was closed in the middle of the answer'))
    },
  })
  return new Response(body, { status: outcome.status, headers: outcome.headers })
}

function brokenConnection(reason: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(reason), { code: 'ECONNRESET' }) })
}
