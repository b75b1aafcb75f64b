import type { ApiDefinition } from '@grantkit/api-client'
import { int64, operations } from './operations.gen.ts'

/** The Google Calendar API as data. */
export const definition: ApiDefinition = {
  id: 'google-calendar',
  // Discovery document of revision 20260708.
  baseUrl: 'https://www.googleapis.com/calendar/v3',
  operations,
  int64,
  paging: { style: 'marker', items: 'items', next: 'nextPageToken', parameter: 'pageToken' },
  // Which person a call counts for, where one service account acts for many: else all share one person's quota.
  defaults: [{ name: 'quotaUser', in: ['query'] }],
  // https://developers.google.com/workspace/calendar/api/guides/errors (2026) shows the first place. Answers recorded in
  // March 2026 also have the others, and errors of the token endpoint, which a proxy may pass on, are the last.
  errors: {
    code: [['error', 'errors', 0, 'reason'], ['error', 'details', 0, 'reason'], ['error', 'status'], ['error']],
  },
  // The same guide: these two mean the same as 429. Every other 403 is final, quotaExceeded for hours.
  retryReasons: [{ status: 403, codes: ['rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED'] }],
  // https://developers.google.com/workspace/calendar/api/guides/quota (2026): for each person and project.
  rateLimit: { requests: 600, windowMs: 60_000 },
  // The same guide's units of quota.
  rateWeights: { PATCH: 3 },
}
