import { describeOperations, type Samples } from '../../test/describe-operations.ts'
import { atGoto, usersUrl } from '../../test/goto-client.ts'
import { accountKey } from '../../test/play-client.ts'

const samples: Samples = {
  listUsers: { query: `?accountKey=${accountKey}` },
  listUserLines: { path: { userKey: 'ada.example@example.com' } },
  listLines: {},
  getMe: {},
}

describeOperations({
  name: 'goto-users',
  base: usersUrl,
  operations: 4,
  samples: () => Promise.resolve(samples),
  ...atGoto,
  withoutToken: { status: 401, body: { errorCode: 'INVALID_TOKEN' } },
  withoutScope: { status: 403, body: { errorCode: 'AUTHZ_INSUFFICIENT_SCOPE' } },
})
