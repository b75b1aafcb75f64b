import { createLogger } from '@stoplight/prism-core'
import { getHttpOperationsFromSpec } from '@stoplight/prism-http'
import { createServer } from '@stoplight/prism-http-server'

/** A server that plays an API from its document, and judges every request by it. */
export interface MockApi extends AsyncDisposable {
  readonly origin: string
}

/**
 * Starts Prism on a free port of loopback. It answers with the examples of the document; the header
 * `prefer: code=404` chooses another answer than the first success.
 */
export async function mockApi(document: object): Promise<MockApi> {
  const operations = await getHttpOperationsFromSpec(document)
  const server = createServer(operations, {
    components: { logger: createLogger('mock', { level: 'silent' }) },
    config: {
      mock: { dynamic: false },
      checkSecurity: true,
      validateRequest: true,
      validateResponse: true,
      errors: false,
      upstreamProxy: undefined,
      isProxy: false,
    },
    cors: false,
  })
  const origin = await server.listen(0, '127.0.0.1')
  return { origin, [Symbol.asyncDispose]: () => server.close() }
}
