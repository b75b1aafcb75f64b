import type { Dispatcher } from 'undici'
import { Readable } from 'node:stream'
import { decodeContent } from './decode-content.ts'
import { createIncomingBody, type IncomingBody } from './incoming-body.ts'
import { createNodeResponse } from './node-response.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import { toFetchError } from './fetch-error.ts'

/** Statuses whose answers have no body (RFC 9110, 15.3.5, 15.3.6, 15.4.5). */
const withoutBody = new Set([204, 205, 304])

/**
 * Sends one request and gives its answer as soon as the head of it has come. Uses `dispatch`, which undici's own
 * `request` is made of: a Node stream for each answer would cost as much as the request.
 */
export function exchange(dispatcher: Dispatcher, request: OutgoingRequest): Promise<Response> {
  const { url, origin, signal } = request
  if (signal?.aborted === true) return Promise.reject(signal.reason)
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let body: IncomingBody | undefined

    function fail(error: unknown): void {
      signal?.removeEventListener('abort', abort)
      // A stream that was not sent to its end is given up, whoever feeds it.
      if (request.options.body instanceof Readable) request.options.body.destroy()
      const mapped = signal?.aborted === true ? signal.reason : toFetchError(error, origin)
      if (body === undefined) reject(mapped)
      else body.fail(mapped)
    }
    function abort(): void {
      // Without a controller it waits for a connection; the promise need not.
      if (controller === undefined) fail(undefined)
      else controller.abort(signal?.reason)
    }
    signal?.addEventListener('abort', abort)

    dispatcher.dispatch(request.options, {
      onRequestStart(started) {
        controller = started
        if (signal?.aborted === true) started.abort(signal.reason)
      },
      onResponseStart(source, status, headers, statusText = '') {
        if (status < 200) return
        body = createIncomingBody(source)
        const hasBody = request.options.method !== 'HEAD' && !withoutBody.has(status)
        const coding = headers['content-encoding']
        const reader = coding === undefined ? body : decodeContent(body, String(coding))
        resolve(createNodeResponse({ url, status, statusText, headers }, hasBody ? reader : undefined))
      },
      onResponseData: (_, chunk) => body?.push(chunk),
      onResponseEnd() {
        signal?.removeEventListener('abort', abort)
        body?.end()
      },
      onResponseError: (_, error) => fail(error),
    })
  })
}
