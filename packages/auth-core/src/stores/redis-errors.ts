import { AuthError, isAuthError, type AuthErrorCode } from '../errors.ts'

const setup: AuthErrorCode = 'store_not_set_up'

/** Prefixes of error replies: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors. */
const replies: Readonly<Record<string, readonly [code: AuthErrorCode, message: string]>> = {
  READONLY: ['store_read_only', 'The Redis server is a read-only replica. Connect to the primary.'],
  BUSY: ['store_busy', 'The Redis server is busy with a script of somebody else. Try again later.'],
  LOADING: ['store_failed', 'The Redis server is loading its data. Try again later.'],
  MASTERDOWN: ['store_failed', 'The Redis replica has lost its primary. Try again after the fail-over.'],
  CLUSTERDOWN: ['store_failed', 'The Redis cluster does not serve this key at present. Try again later.'],
  TRYAGAIN: ['store_failed', 'The Redis cluster is moving this key. Try again.'],
  MOVED: [
    'store_failed',
    'Another node of the Redis cluster holds this key. Use a cluster client; it follows the key.',
  ],
  ASK: ['store_failed', 'Another node of the Redis cluster holds this key. Use a cluster client; it follows the key.'],
  OOM: ['store_failed', 'The Redis server has no memory left for writes. Give it more.'],
  MISCONF: ['store_failed', 'The Redis server cannot save to its disk and refuses writes. Free its disk.'],
  NOREPLICAS: ['store_failed', 'The Redis server has too few replicas and refuses writes. Try again later.'],
  NOAUTH: [setup, 'The Redis server asks for a password. Give one to the client.'],
  WRONGPASS: [setup, 'The Redis server refused the user or password of the client.'],
  NOPERM: [setup, 'The Redis user may not run what the store needs. Allow it scripts and the keys of the store.'],
  WRONGTYPE: ['store_value_invalid', 'Another program uses a key of the store. Choose another `prefix`.'],
}

/** Turns what a client threw into an error of ours. Errors of ours pass unchanged. */
export function redisError(error: unknown): AuthError {
  if (isAuthError(error)) return error
  const reply = replyCode(error)
  const [code, message] = replies[reply] ?? ['store_failed', 'The Redis server could not be asked, or did not answer.']
  // Never the text: it may quote the command, and that holds the value.
  const cause = reply === '' ? safeCause(error) : { code: reply, message }
  return new AuthError(code, message, { cause })
}

/** Tells whether the server does not know a script by its hash (yet). */
export function isUnknownScript(error: unknown): boolean {
  return replyCode(error) === 'NOSCRIPT'
}

/** What a client answered that no Redis server answers to our scripts. */
export function strangeAnswer(): AuthError {
  return new AuthError('store_failed', '`sendCommand` did not resolve to the reply of the server as text.')
}

/** Before Redis 7, what fails within a script is told after the place in the script. */
function replyCode(error: unknown): string {
  const text = error instanceof Error ? error.message : ''
  return /^(?:ERR Error running script.*: -)?([A-Z]{3,})(?: |$)/.exec(text)?.[1] ?? ''
}

function safeCause(error: unknown): { readonly code: string; readonly message: string } {
  const { name, code } = error instanceof Error ? (error as Error & { code?: unknown }) : {}
  return { code: typeof code === 'string' ? code : 'unknown', message: name ?? 'unknown error' }
}
