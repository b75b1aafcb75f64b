import { randomUUID } from 'node:crypto'
import { AuthError, type AuthClient, type Connection } from '@grantkit/auth-core'
import { askOnDevice } from './ask-on-device.ts'
import { hasBrowser, openInBrowser } from './browser.ts'
import type { CallbackJudge } from './callback-answer.ts'
import { listenForCallback, type CallbackListener } from './callback-listener.ts'
import { takePastedAnswer } from './pasted-answer.ts'
import { terminalOfPerson } from './terminal.ts'
import { defaultTimeoutMs, type Visit } from './visit.ts'

/**
 * Has the person sign in: in a browser that is opened here; else by a code on another device, where that was asked for
 * and the provider can; else in a browser elsewhere, whose last address the person pastes into the terminal.
 */
export async function askPerson(client: AuthClient, visit: Visit, scopes: readonly string[]): Promise<Connection> {
  const { options, place, settings } = visit
  const byDevice = options.deviceCode === true && place.provider.endpoints.deviceAuthorization !== undefined
  if (byDevice && !canOpenBrowser(visit)) return await askOnDevice(client, visit, scopes)
  const listener = await listenForCallback(settings.redirect)
  try {
    return await askInBrowser(client, listener, visit, scopes)
  } finally {
    await listener.close()
  }
}

function canOpenBrowser({ options, environment }: Visit): boolean {
  if (options.openBrowser !== undefined) return options.openBrowser !== false
  return hasBrowser(environment.real)
}

async function askInBrowser(
  client: AuthClient,
  listener: CallbackListener,
  visit: Visit,
  scopes: readonly string[],
): Promise<Connection> {
  const { options, place, account, print } = visit
  const { timeoutMs = defaultTimeoutMs, allowOtherPerson = false } = options
  const session = randomUUID()
  const { url, state } = await client.beginAuthorization(account, {
    redirectUri: listener.redirect.uri,
    session,
    ...(scopes.length === 0 ? {} : { scopes }),
  })
  print(`Sign in to ${place.provider.id} in the browser. If none opens, open this address:`)
  print(`  ${url.href}`)
  print(`Waiting for the answer on ${listener.redirect.uri}, at most ${timeoutMs / 1000} s.`)
  const stop = new AbortController()
  const answer = listener.answer({
    state,
    complete: (callback) => client.completeAuthorization(callback, { session, allowOtherPerson }),
    timeoutMs,
    signal: AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]),
    onForeignAnswer: () => print('An answer that belongs to another sign-in was refused. Still waiting.'),
  })
  // Not awaited: a browser may stay in the foreground until the sign-in is over.
  showAddress(url, visit, { judge: listener.judge, signal: stop.signal }).catch((error: unknown) => stop.abort(error))
  return await answer.finally(() => stop.abort())
}

interface Waiting {
  readonly judge: CallbackJudge
  readonly signal: AbortSignal
}

async function showAddress(url: URL, visit: Visit, waiting: Waiting): Promise<void> {
  const { options, environment, print } = visit
  const readLine = options.readLine === false ? undefined : (options.readLine ?? terminalOfPerson())
  try {
    if (options.openBrowser !== false) {
      await (options.openBrowser ? options.openBrowser(url) : openInBrowser(url, environment.real))
      return
    }
  } catch (cause) {
    if (readLine === undefined) throw noBrowser(cause)
    print('No browser could be opened from here.')
  }
  if (readLine !== undefined) await takePastedAnswer({ readLine, print, ...waiting })
}

function noBrowser(cause: unknown): AuthError {
  return new AuthError(
    'no_browser',
    'No browser could be opened, and standard input is no terminal to paste an answer into. Sign in once where a person ' +
      'can, set BROWSER to a command that opens addresses, or pass openBrowser or readLine.',
    { cause },
  )
}
