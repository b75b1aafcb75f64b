import type { Outcome } from '@grantkit/contract'
import type { GotoUsers, OperationId } from '../src/index.ts'

/** One valid call of every operation, written as a user would write it. */
export const calls: Record<OperationId, (users: GotoUsers<'accountKey'>) => Promise<Outcome>> = {
  getMe: (users) => users.GET('/me'),
  listLines: (users) => users.GET('/lines'),
  listUserLines: (users) => users.GET('/users/{userKey}/lines', { params: { path: { userKey: '2345678901' } } }),
  listUsers: (users) => users.GET('/users'),
}
