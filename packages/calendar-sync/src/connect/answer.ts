import type { Failure } from './failure.ts'
import { toPage, type Page } from './page.ts'

/** What came of a request: told to a program as JSON, to a browser that navigates as a page or by sending it on. */
export interface Answer {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
  readonly page?: Omit<Page, 'status'>
  readonly failure?: Failure
  /** Where a browser goes on. */
  readonly goTo?: string
  /** Value of `Set-Cookie`. */
  readonly cookie?: string
}

export function failed(failure: Failure): Answer {
  const { status, code, text, advice } = failure
  return { status, json: { error: `${text} ${advice}`, code }, page: failure, failure }
}

// Nothing of this may be kept, and no address with a code or a state may be told to the next site.
const always = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Writes an answer down for whoever asked. There are no CORS headers, on purpose: no other site may read it. */
export function toResponse(answer: Answer, request: Request, backTo: string | undefined): Response {
  const response = bodyFor(answer, request, backTo)
  for (const [name, value] of Object.entries(always)) response.headers.set(name, value)
  if (answer.cookie !== undefined) response.headers.append('set-cookie', answer.cookie)
  return request.method === 'HEAD' ? new Response(null, response) : response
}

function bodyFor({ status, json, page, goTo }: Answer, { headers }: Request, backTo: string | undefined): Response {
  const isBrowser = headers.get('accept')?.includes('text/html') === true
  if (isBrowser && goTo !== undefined) return new Response(null, { status: 303, headers: { location: goTo } })
  if (isBrowser && page !== undefined) return toPage({ status, ...page }, backTo)
  return Response.json(json, { status })
}
