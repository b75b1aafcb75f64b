import type { MiddlewareHandler } from 'hono'
import { fail } from './problem.ts'

/** Refuses bodies that are too large or do not say how large they are, before anything of them is read. */
export function limitBody(limitBytes: number): MiddlewareHandler {
  return async ({ req }, next) => {
    if (req.header('transfer-encoding') !== undefined) {
      fail({ status: 411, code: 'length_required', detail: 'The body has to come with a Content-Length here.' })
    }
    if (Number(req.header('content-length') ?? 0) > limitBytes) {
      fail({ status: 413, code: 'body_too_large', detail: `A body may have ${limitBytes} bytes at most.` })
    }
    await next()
  }
}
