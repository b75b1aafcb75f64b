import { describeContract } from '@grantkit/contract'
import type { Fetch } from '@grantkit/auth-core'
import { createCarthooks, definition } from '../src/index.ts'
import { calls } from './calls.ts'

interface Envelope {
  readonly data?: unknown
  readonly error?: { readonly code?: string }
  readonly trace_id?: string
}

/** The server plays all operations at its root, an instance has them below /open/api, and one below /api. */
function atRoot(fetch: Fetch = globalThis.fetch): Fetch {
  return (input, init) => {
    const request = new Request(input, init)
    return fetch(new Request(request.url.replace(/\/(?:open\/)?api\//, '/'), request))
  }
}

describeContract({
  definition,
  create: ({ fetch, ...options }) => createCarthooks({ ...options, fetch: atRoot(fetch) }),
  calls,
  dataIn: (body) => (body as Envelope).data,
  errorIn: (body) => {
    const { error, trace_id: traceId } = body as Envelope
    return { ...error, ...(error?.code === undefined ? {} : { key: error.code }), traceId }
  },
})
