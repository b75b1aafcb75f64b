import {
  clientCredentials,
  clientSecretBasic,
  createAuthClient,
  providerAt,
  type Connection,
} from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { createGotoAdmin } from '@grantkit/goto-admin'
import { createGotoMeeting } from '@grantkit/goto-meeting'
import { createGotoScim } from '@grantkit/goto-scim'
import { createGotoUsers } from '@grantkit/goto-users'
import { createGotoVoice } from '@grantkit/goto-voice'
import { createSandbox, listen } from '@grantkit/sandbox'
import { afterEach, expect, test, vi } from 'vitest'
import { expectOneRefresh, expectOneRefreshByFour, sockets } from './expect-one-refresh.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { localStores } from './local-stores.ts'

const twoHoursMs = 7_200_000
let fleet: Fleet | undefined

afterEach(async () => {
  await fleet?.close()
  fleet = undefined
})

vi.setConfig({ testTimeout: 120_000 })

test.for(['file', 'sealed sqlite'])(
  '4 processes of 250 callers meet an expired token on %s: one token request',
  async (name) => {
    fleet = await createFleet({ rotation: 'strict' }, localStores[name])
    await expectOneRefreshByFour(fleet)
  },
)

test.for([false, true])(
  '401s that arrive late and staggered in 4 processes cost one token request (refresh kills the old token: %s)',
  async (refreshKillsAccessToken) => {
    const four = (fleet = await createFleet({ rotation: 'strict', refreshKillsAccessToken }))
    four.sandbox.control.expireAccessTokens()
    four.sandbox.control.faults.add({ match: { kind: 'api' }, times: 'always', delayMs: 30 })
    const worker = (): ReturnType<Fleet['start']> =>
      four.start({ calls: 250, sockets, spreadMs: 400, times: { refusedAgeMs: 0 } })
    await expectOneRefresh(four, 1_000, () => [worker(), worker(), worker(), worker()])
  },
)

test('10,000 callers of one process meet an expired token: one token request, every call answered', async () => {
  const one = (fleet = await createFleet({ rotation: 'strict' }))
  one.sandbox.control.clock.advance(twoHoursMs)
  await expectOneRefresh(one, 10_000, () => [one.start({ calls: 10_000, sockets: 32, nowOffsetMs: twoHoursMs })])
})

/** One call each of the five APIs, which need different scopes. */
function callFive(connection: Connection, origin: string): Promise<{ response: Response }[]> {
  const at = (path: string) => ({ connection, baseUrl: `${origin}${path}` })
  const accountKey = '1234567890'
  return Promise.all([
    createGotoVoice({ ...at('/voice-admin/v1'), accountKey }).GET('/call-queues'),
    createGotoAdmin({ ...at('/admin/rest/v1'), accountKey }).GET('/me'),
    createGotoMeeting(at('/G2M/rest')).GET('/upcomingMeetings'),
    createGotoScim(at('/identity/v1')).GET('/Users/me'),
    createGotoUsers(at('/users/v1')).GET('/users', { params: { query: { accountKey } } }),
  ])
}

test('clients of five APIs with scopes of their own share one connection: one token request', async () => {
  fleet = await createFleet({ rotation: 'strict' })
  const { control } = fleet.sandbox
  const afterSeq = control.ledger.entries().length
  control.clock.advance(twoHoursMs)
  const connection = fleet.open({ nowOffsetMs: twoHoursMs }).connection('worker')
  const { origin } = fleet
  const answers = (await Promise.all(Array.from({ length: 20 }, () => callFive(connection, origin)))).flat()
  expect(new Set(answers.map(({ response }) => response.status))).toEqual(new Set([200]))
  expect(control.ledger.summary({ afterSeq })).toMatchObject({ tokenRequests: 1, reuse: 0, apiCalls: 100 })
  expect(fleet.check()).toEqual([])
})

test('1,000 callers start cold with client credentials: one token request', async ({ onTestFinished }) => {
  const client = { id: 'robot', secret: 'robot-secret', grantTypes: ['client_credentials'] } as const
  const sandbox = createSandbox({ clients: [client] })
  const { origin, close } = await listen(sandbox)
  onTestFinished(async () => {
    await close()
    await sandbox.close()
  })
  const store = createMemoryStore()
  const start = async (): Promise<Connection> => {
    const auth = createAuthClient({
      provider: providerAt(goto, origin),
      clientId: client.id,
      authentication: clientSecretBasic(client.secret),
      store,
      volatile: 'accept',
    })
    return auth.connect('robot', clientCredentials())
  }
  // Ten programs, as ten processes would start.
  const connections = await Promise.all(Array.from({ length: 10 }, start))
  const tokens = await Promise.all(
    connections.flatMap((connection) => Array.from({ length: 100 }, () => connection.accessToken())),
  )
  expect(new Set(tokens.map(({ value }) => value)).size).toBe(1)
  expect(sandbox.control.ledger.summary().tokenRequests).toBe(1)
})
