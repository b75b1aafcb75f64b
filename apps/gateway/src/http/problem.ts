/** An answer that says what went wrong, as application/problem+json (RFC 9457). Quotes no secret and no stack. */
export interface Problem {
  readonly status: number
  /** The last part of `type`, stable. */
  readonly code: string
  /** One sentence for the person who reads it; `detail` in the answer. */
  readonly detail: string
  /** Further members of the answer, in the spelling of the wire. */
  readonly members?: Readonly<Record<string, string | number | boolean>>
  readonly headers?: Readonly<Record<string, string>>
}

/** Carries a problem out of a handler. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

export function fail(problem: Problem): never {
  throw new ProblemError(problem)
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  411: 'Length Required',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

export function problemResponse({ status, code, detail, members, headers }: Problem): Response {
  const body = { type: `urn:grantkit:problem:${code}`, title: titles[status] ?? 'Error', status, detail, ...members }
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  })
}
