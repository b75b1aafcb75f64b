import { failed, type Answer } from './answer.ts'
import type { ConnectSettings } from './connect-options.ts'
import { isCrossSite } from './cross-site.ts'
import { crossSite, insecureCallback, missingScopes, otherUser } from './failure.ts'
import { isVisitOf, openVisit } from './visit.ts'
import { createVisitCookie } from './visit-cookie.ts'

/** Begins an attempt for this user in this browser. */
export async function beginConnect(settings: ConnectSettings, request: Request, user: string): Promise<Answer> {
  if (request.method === 'HEAD') return { status: 200, json: {} }
  const { auth, scopes } = settings
  const callback = callbackOf(settings, request)
  if (!isSecure(callback) && !isLoopback(callback)) return failed(insecureCallback(callback))
  const cookie = createVisitCookie(isSecure(callback))
  const session = await openVisit(user, cookie.read(request))
  const redirectUri = settings.redirectUri ?? callback.href
  const { url } = await auth.beginAuthorization(user, { redirectUri, session, scopes })
  const message = 'Open authorization_url in this browser to connect Google Calendar.'
  const json = { authorization_url: url.href, message }
  return { status: 200, json, goTo: url.href, cookie: cookie.write(session) }
}

/** Takes a browser back from Google. `present` is who is signed in to the app there, if that can be told. */
export async function completeConnect(
  settings: ConnectSettings,
  request: Request,
  present: string | undefined,
): Promise<Answer> {
  // Programs look at links before people do; they must not use one up.
  if (request.method === 'HEAD') return { status: 200, json: {} }
  const callback = callbackOf(settings, request)
  const session = createVisitCookie(isSecure(callback)).read(request) ?? ''
  if (present !== undefined && session !== '' && !(await isVisitOf(present, session))) return failed(otherUser)
  callback.search = new URL(request.url).search
  const connection = await settings.auth.completeAuthorization(callback, { session })
  const { account: user } = connection
  const { scopes: granted } = await connection.accessToken()
  const missing = calendarScopes(settings.scopes).filter((scope) => !granted.includes(scope))
  if (missing.length > 0) return failed(missingScopes(missing))
  await settings.onConnect?.(user)
  settings.tell({ level: 'info', type: 'connected', user })
  const message = 'Google Calendar is connected.'
  const page = { title: message, text: 'The app can use it now.', advice: 'You can close this tab.' }
  return { status: 200, json: { message, user }, page, ...goBack(settings) }
}

/** Tells whether the stored grant can be used: it is there, no person has to renew it, and it allows enough. */
export async function tellStatus({ auth, scopes }: ConnectSettings, user: string): Promise<Answer> {
  const { state, scopes: granted } = await auth.connection(user).status()
  const isAlive = state === 'active' || state === 'claimed'
  const connected = isAlive && calendarScopes(scopes).every((scope) => granted.includes(scope))
  return { status: 200, json: { connected, user } }
}

/** Erases the grant, also one that no longer works, and asks Google to end it. */
export async function disconnect(settings: ConnectSettings, request: Request, user: string): Promise<Answer> {
  if (isCrossSite(request, callbackOf(settings, request).origin)) return failed(crossSite)
  const connection = settings.auth.connection(user)
  try {
    await settings.beforeDisconnect?.(user)
  } finally {
    await connection.disconnect()
  }
  settings.tell({ level: 'info', type: 'disconnected', user })
  const message = 'Google Calendar is disconnected.'
  const page = { title: message, text: 'The app has forgotten its access.', advice: 'You can close this tab.' }
  return { status: 200, json: { message }, page, ...goBack(settings) }
}

/** The callback's address as the browser sees it. */
function callbackOf({ redirectUri, basePath }: ConnectSettings, request: Request): URL {
  return redirectUri === undefined ? new URL(`${basePath}/callback/`, request.url) : new URL(redirectUri)
}

function goBack({ redirectAfter }: ConnectSettings): Pick<Answer, 'goTo'> {
  return redirectAfter === undefined ? {} : { goTo: redirectAfter }
}

function isSecure({ protocol }: URL): boolean {
  return protocol === 'https:'
}

/** Where Google allows plain http. */
function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
}

/** The boxes of the Calendar. Other scopes may be told back under other names than they were asked for. */
function calendarScopes(scopes: readonly string[]): readonly string[] {
  return scopes.filter((scope) => scope.startsWith('https://www.googleapis.com/auth/calendar'))
}
