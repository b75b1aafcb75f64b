import type { ApiDefinition } from '@grantkit/api-client'
import { int64, operations } from './operations.gen.ts'

/** The GoTo Meeting API as data. */
export const definition: ApiDefinition = {
  id: 'goto-meeting',
  // https://developer.goto.com/GoToMeetingV1 (2026).
  baseUrl: 'https://api.getgo.com/G2M/rest',
  operations,
  int64,
  // Answers of the host that public clients quote (2025, 2026); the second is that of a path that does not exist.
  errors: { code: [['int_err_code'], ['errorCode']] },
  // The contract has 403 for a token that is not valid, live answers also 401. The code:
  // https://github.com/n8n-io/n8n/issues/14077 (2025), for the Webinar API on the same host.
  tokenRefusals: [{ status: 401 }, { status: 403, codes: ['InvalidToken'] }],
  // https://developer.goto.com/guides/References/Ref-Rate-Limits/ (2026): per API; whether per client or per user is
  // not said.
  rateLimit: { requests: 10, windowMs: 1000 },
}
