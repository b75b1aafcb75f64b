import { createHash, timingSafeEqual } from 'node:crypto'
import { AuthError, isAuthError } from '@grantkit/auth-core'
import { failedPage, pages, type CallbackPage } from './callback-page.ts'

/** Judges an address that a browser was sent back to, and gives what the person should see. */
export type CallbackJudge = (callback: URL) => Promise<CallbackPage>

/** One sign-in's wait for the browser to come back. */
export interface AnswerOptions<T> {
  /** The `state` of this sign-in. Only an answer that carries it counts. */
  readonly state: string
  /** Exchanges the answer. What comes of it is what the person sees. */
  complete(callback: URL): Promise<T>
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Called once, when an answer that belongs to another sign-in was refused. */
  onForeignAnswer?(): void
}

/** Gives `setJudge` the one that waits for the answer of this sign-in, and what came of that answer. */
export async function waitForAnswer<T>(
  options: AnswerOptions<T>,
  setJudge: (judge: CallbackJudge) => void,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const { signal, timeoutMs } = options
  let refusedOne = false
  let over = false
  const giveUp = (reason: unknown): void => {
    if (over) return
    over = true
    reject(reason)
  }
  const onAbort = (): void => giveUp(signal?.reason)
  const timer = setTimeout(() => giveUp(signInTimeout(timeoutMs)), timeoutMs)
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) onAbort()

  setJudge(async (callback) => {
    // Anyone can make a browser load this address. Only whoever saw the authorization request knows its state, so
    // nobody else's answer may end the wait.
    if (!callback.searchParams.getAll('state').some((state) => equal(state, options.state))) {
      if (!refusedOne) options.onForeignAnswer?.()
      refusedOne = true
      return pages.otherSignIn
    }
    if (over) return pages.over
    over = true
    return await completeOnce(callback, options, resolve, reject)
  })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

async function completeOnce<T>(
  callback: URL,
  options: AnswerOptions<T>,
  resolve: (result: T) => void,
  reject: (error: unknown) => void,
): Promise<CallbackPage> {
  try {
    const result = await options.complete(callback)
    resolve(result)
    return pages.signedIn
  } catch (error) {
    reject(error)
    return failedPage(isAuthError(error) ? error.message : 'The program met an error it did not expect.')
  }
}

function equal(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export function signInTimeout(timeoutMs: number): AuthError {
  return new AuthError(
    'sign_in_timeout',
    `Nobody finished signing in within ${timeoutMs / 1000} s. Start again, or raise timeoutMs.`,
  )
}
