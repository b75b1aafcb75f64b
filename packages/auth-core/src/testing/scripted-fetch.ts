/** A request as it would have gone out. */
export interface ScriptedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  /** The whole body as text; `''` when there is none. */
  readonly body: string
  readonly redirect: Request['redirect']
  /** Aborted when the caller gave up. */
  readonly signal: AbortSignal
}

/** One answer: a response, an error that the fetch rejects with, or a function that makes one or the other. */
export type ScriptedAnswer = Response | Error | ((request: ScriptedRequest) => Response | Promise<Response>)

export interface ScriptedFetch {
  (input: Request | URL | string, init?: RequestInit): Promise<Response>
  /** Every request, also those that were not expected, in the order of the calls. */
  readonly requests: readonly ScriptedRequest[]
  /** Throws when an answer of the script was not used, or when a request came that it has no answer for. */
  assertDone(): void
}

/**
 * Creates a `fetch` that gives the answers of a script, one a call, in the order of the calls. A request beyond the
 * script rejects, and fails {@link ScriptedFetch.assertDone} even if the code under test hides that. As with the real
 * `fetch`, an abort rejects with the signal's reason, also while an answer is awaited.
 */
export function scriptedFetch(script: readonly ScriptedAnswer[]): ScriptedFetch {
  const requests: ScriptedRequest[] = []
  const unexpected: string[] = []
  let calls = 0

  const fetch = async (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const { method, url, headers, redirect, signal } = request
    // What was aborted before it began never goes out.
    signal.throwIfAborted()
    const call = calls++
    const recorded = { method, url, headers, redirect, signal, body: await request.text() }
    requests[call] = recorded
    signal.throwIfAborted()
    const answer = script[call]
    if (answer !== undefined) return untilAborted(signal, give(answer, recorded))
    const problem = `Request ${call + 1} (${describe(recorded)}) is beyond the script of ${script.length} answers.`
    unexpected.push(problem)
    throw new Error(problem)
  }
  const assertDone = (): void => {
    const unused = script.length - Math.min(calls, script.length)
    const problems = unused === 0 ? unexpected : [...unexpected, `${unused} of ${script.length} answers were not used.`]
    if (problems.length > 0) throw new Error(problems.join(' '))
  }
  return Object.assign(fetch, { requests, assertDone })
}

async function give(answer: ScriptedAnswer, request: ScriptedRequest): Promise<Response> {
  if (answer instanceof Error) throw answer
  return answer instanceof Response ? answer : answer(request)
}

async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Without the query: a callback's or an attempt's secrets stay out of the test's output. */
function describe(request: ScriptedRequest): string {
  const { origin, pathname } = new URL(request.url)
  return `${request.method} ${origin}${pathname}`
}
