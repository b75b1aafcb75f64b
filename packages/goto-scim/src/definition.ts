import type { ApiDefinition } from '@grantkit/api-client'
import { operations } from './operations.gen.ts'

/** The GoTo SCIM API as data. */
export const definition: ApiDefinition<'resources'> = {
  id: 'goto-scim',
  // https://developer.goto.com/Scim (2026). https://api.goto.com answered one client in 2026, too.
  baseUrl: 'https://api.getgo.com/identity/v1',
  operations,
  // The vendor's description, under GET /Groups.
  paging: { style: 'offset', items: 'resources', parameter: 'startIndex', first: 1, total: 'totalResults' },
  // Live answers, quoted by public clients (2026).
  errors: { code: ['error', 0, 'code'] },
  // The vendor's description: 403 is a token that is not valid, 401 a person without the organisation role or a group
  // that is not there. The code is that of the Admin API on the same host, for a token that has ended.
  tokenRefusals: [{ status: 403 }, { status: 401, codes: ['not.authenticated'] }],
  // https://developer.goto.com/guides/References/Ref-Rate-Limits/ (2026): per API; whether per client or per user is
  // not said.
  rateLimit: { requests: 10, windowMs: 1000 },
}
