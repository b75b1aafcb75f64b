import { failed, toResponse, type Answer } from './answer.ts'
import { readConnectOptions, type CalendarConnectOptions, type ConnectSettings } from './connect-options.ts'
import { beginConnect, completeConnect, disconnect, tellStatus } from './connect-steps.ts'
import { failureOf, nobody, type Failure } from './failure.ts'
import { matchRoute, type ConnectRoute } from './route.ts'

/** Answers a request to one of the four routes. Any number in parallel, in any number of processes on one store. */
export type CalendarConnect = (request: Request) => Promise<Response>

/**
 * Creates the handler by which a web app connects each user's Google Calendar, below `basePath`:
 *
 * - `GET connect` → `{ authorization_url, message }`, or on to Google for a browser that navigates;
 * - `GET callback` → `{ message, user }`, or on to `redirectAfter`; needs nobody to be signed in;
 * - `GET status` → `{ connected, user }`;
 * - `POST disconnect` → `{ message }`: erases the grant, then revokes it.
 *
 * A failure is `{ error, code }`, or a page that says what to do. A browser is known by a cookie, so `connect` has to be
 * fetched by the browser that opens the address. Throws `invalid_option`; rejects with what `authenticate`, `onConnect` and
 * `beforeDisconnect` reject with.
 *
 * ```ts
 * const connect = createCalendarConnect({ auth, authenticate, redirectAfter: '/settings' })
 * app.all('/api/integrations/google-calendar/*', (c) => connect(c.req.raw))
 * ```
 */
export function createCalendarConnect(options: CalendarConnectOptions): CalendarConnect {
  const settings = readConnectOptions(options)
  return async (request) => {
    const { method } = request
    const match = matchRoute(settings.basePath, { method, pathname: new URL(request.url).pathname })
    if (match.kind === 'found') return await answerRoute(settings, match.route, request)
    const isNothing = match.kind === 'nothing_here'
    const failure = { error: isNothing ? 'There is nothing here.' : `Use ${match.allow} here.`, code: match.kind }
    const response = toResponse({ status: isNothing ? 404 : 405, json: failure }, request, undefined)
    if (!isNothing) response.headers.set('allow', match.allow)
    return response
  }
}

async function answerRoute(settings: ConnectSettings, route: ConnectRoute, request: Request): Promise<Response> {
  const user = await settings.authenticate(request)
  // Google's redirect carries no token of the app: who comes back there is known from the attempt.
  if (route !== 'callback' && typeof user === 'object') return user
  const known = typeof user === 'string' ? user : undefined
  const answer = await takeStep(settings, route, request, known).catch((error: unknown) => failed(failureOf(error)))
  if (answer.failure !== undefined) tellFailure(settings, answer.failure, known)
  const response = toResponse(answer, request, settings.redirectAfter)
  if (answer.status === 401) response.headers.set('www-authenticate', 'Bearer')
  return response
}

function tellFailure({ tell }: ConnectSettings, { status, code }: Failure, user: string | undefined): void {
  const level = status >= 500 ? 'error' : 'warning'
  tell({ level, type: 'connect_failed', code, status, ...(user === undefined ? {} : { user }) })
}

async function takeStep(
  settings: ConnectSettings,
  route: ConnectRoute,
  request: Request,
  user: string | undefined,
): Promise<Answer> {
  if (route === 'callback') return await completeConnect(settings, request, user)
  if (user === undefined) return failed(nobody)
  if (route === 'connect') return await beginConnect(settings, request, user)
  if (route === 'status') return await tellStatus(settings, user)
  return await disconnect(settings, request, user)
}
