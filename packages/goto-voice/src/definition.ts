import type { ApiDefinition } from '@grantkit/api-client'
import { operations } from './operations.gen.ts'

/** The GoTo Connect Voice Admin API as data. */
export const definition: ApiDefinition = {
  id: 'goto-voice',
  // https://developer.goto.com/GoToConnect (2026). The older host https://api.jive.com answered some clients in autumn
  // 2025; it takes the same token.
  baseUrl: 'https://api.goto.com/voice-admin/v1',
  operations,
  // Vendor's collection of October 2023; the marker is absent on the last page.
  paging: { style: 'marker', items: 'items', next: 'nextPageMarker', parameter: 'pageMarker' },
  // Required on the lists of an account; in the path of /accounts/{accountKey}.
  defaults: [{ name: 'accountKey', in: ['query', 'path'] }],
  errors: { code: ['errorCode'], requestId: ['reference'] },
  // https://developer.goto.com/guides/References/Ref-Rate-Limits/ (2026): per API; whether per client or per user is
  // not said.
  rateLimit: { requests: 10, windowMs: 1000 },
}
