import type { ApiDefinition } from '@grantkit/api-client'
import { int64, operations } from './operations.gen.ts'

/** The GoTo Admin API as data. */
export const definition: ApiDefinition<'results'> = {
  id: 'goto-admin',
  // https://developer.goto.com/admin (2026). The host of the Connect APIs, https://api.goto.com, answers 404 for this one.
  baseUrl: 'https://api.getgo.com/admin/rest/v1',
  operations,
  int64,
  // Seen in the code of several public clients (2026).
  paging: { style: 'offset', items: 'results', parameter: 'offset', first: 0, total: 'total', last: 'toIndex' },
  defaults: [{ name: 'accountKey', in: ['path'] }],
  // Seen in the code of a public client (2026).
  errors: { code: ['errors', 0, 'code'], requestId: ['incidentId'] },
  // https://developer.goto.com/guides/References/Ref-Rate-Limits/ (2026): per API; whether per client or per user is
  // not said.
  rateLimit: { requests: 10, windowMs: 1000 },
}
