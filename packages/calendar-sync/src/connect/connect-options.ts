import type { AuthClient } from '@grantkit/auth-core'
import { scopesFor } from '@grantkit/google-calendar'
import { CalendarSyncError } from '../errors.ts'
import { toldTo, type Observe } from '../observe.ts'

/**
 * Tells who is signed in to the app: the id of the user, nothing, or an answer of its own, such as a 401 with its
 * challenge. Nothing is answered 401.
 */
export type Authenticate = (request: Request) => Promise<string | Response | undefined>

export interface CalendarConnectOptions {
  /** Keeps the grants; the id of a user is the account there. */
  readonly auth: Pick<AuthClient, 'beginAuthorization' | 'completeAuthorization' | 'connection'>
  readonly authenticate: Authenticate
  /** Path of the four routes as requests carry it. Default `/api/integrations/google-calendar`. */
  readonly basePath?: string
  /** Where browsers go once they are connected, and back to from a page that says why not. Default: they see a page. */
  readonly redirectAfter?: string
  /**
   * Address of the callback as browsers see it and as it is registered at Google. Default: `callback/` below the base path,
   * at the origin of the request; behind a proxy that changes either, give it.
   */
  readonly redirectUri?: string
  /** What Google is asked for. Default: reading, writing and watching events, and no more. */
  readonly scopes?: readonly string[]
  /** Awaited once a user is connected, before they are told. An error of it rejects the answer. */
  readonly onConnect?: (user: string) => Promise<void>
  /** Awaited while the user is still connected. They are disconnected whatever comes of it; its error rejects the answer. */
  readonly beforeDisconnect?: (user: string) => Promise<void>
  /** Told who connected, who disconnected, and who could not. */
  readonly observe?: Observe
}

export interface ConnectSettings extends Omit<CalendarConnectOptions, 'observe'> {
  readonly tell: Observe
  readonly basePath: string
  readonly scopes: readonly string[]
}

const optionNames: readonly (keyof CalendarConnectOptions)[] = [
  'auth',
  'authenticate',
  'basePath',
  'redirectAfter',
  'redirectUri',
  'scopes',
  'onConnect',
  'beforeDisconnect',
  'observe',
]

const defaultBasePath = '/api/integrations/google-calendar'

/** Rejects options that cannot work, before any request, and fills in what was left out. */
export function readConnectOptions(options: CalendarConnectOptions): ConnectSettings {
  for (const name of Object.keys(options)) {
    if (!optionNames.includes(name as keyof CalendarConnectOptions)) {
      throw invalid(`there is no option "${name}". Known options: ${optionNames.join(', ')}.`)
    }
  }
  const { auth, authenticate, basePath = defaultBasePath, redirectAfter, redirectUri } = options
  if (typeof auth?.beginAuthorization !== 'function') throw invalid('auth must come from createAuthClient.')
  if (typeof authenticate !== 'function') throw invalid('authenticate must be a function that tells who is signed in.')
  if (!/^(?:\/[^/?#]+)*$/.test(basePath)) {
    throw invalid(`basePath "${basePath}" must begin with a slash, end without one, and be a path alone.`)
  }
  // "//host" and "/\host" are other sites to a browser.
  if (redirectAfter !== undefined && !/^\/(?![/\\])/.test(redirectAfter) && !isWebAddress(redirectAfter)) {
    throw invalid(`redirectAfter "${redirectAfter}" must be a path on this site, or an http(s) address.`)
  }
  if (redirectUri !== undefined && !isWebAddress(redirectUri)) {
    throw invalid(`redirectUri "${redirectUri}" must be an http(s) address.`)
  }
  const scopes = options.scopes ?? scopesFor(['createEvent', 'updateEvent', 'deleteEvent', 'listEvents', 'watchEvents'])
  const { observe, ...rest } = options
  return { ...rest, basePath, scopes, tell: toldTo(observe) }
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

function invalid(problem: string): CalendarSyncError {
  return new CalendarSyncError('invalid_option', `createCalendarConnect: ${problem}`)
}
