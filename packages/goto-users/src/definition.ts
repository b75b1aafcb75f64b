import type { ApiDefinition } from '@grantkit/api-client'
import { operations } from './operations.gen.ts'

/** The GoTo Connect Users API as data. */
export const definition: ApiDefinition = {
  id: 'goto-users',
  // https://developer.goto.com/GoToConnect (2026).
  baseUrl: 'https://api.goto.com/users/v1',
  operations,
  // Vendor's collection of October 2023; the marker is absent on the last page.
  paging: { style: 'marker', items: 'items', next: 'nextPageMarker', parameter: 'pageMarker' },
  defaults: [{ name: 'accountKey', in: ['query'] }],
  errors: { code: ['errorCode'], requestId: ['reference'] },
  // https://developer.goto.com/guides/References/Ref-Rate-Limits/ (2026): per API; whether per client or per user is
  // not said.
  rateLimit: { requests: 10, windowMs: 1000 },
}
