import type { ApiDefinition } from '@grantkit/api-client'
import { openEnvelope } from './open-envelope.ts'
import { operations } from './operations.gen.ts'
import { readPage } from './read-page.ts'
import { serializeQuery } from './serialize-query.ts'

/** The Carthooks open API as data. */
export const definition: ApiDefinition<'data'> = {
  id: 'carthooks',
  // Default of every SDK of the vendor (https://github.com/carthooks, 2026). An instance has the same below /open/api.
  baseUrl: 'https://api.carthooks.com',
  operations,
  paging: { style: 'own', items: 'data', parameter: 'pagination', read: readPage },
  // Where openEnvelope puts them.
  errors: { code: ['key'], requestId: ['traceId'] },
  conform: openEnvelope,
  serializeQuery,
}
