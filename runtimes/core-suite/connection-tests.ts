import type { AuthEvent } from '@grantkit/auth-core'
import { expectEqual, expectError, expectRejection } from './expectations.ts'
import { control } from './control.ts'
import { requestsTo } from './dropping.ts'
import { isRefreshed } from './is-refreshed.ts'
import { accountKey, hourMs, signIn } from './sign-in.ts'
import type { Part } from './stage.ts'

const queuesPath = `/voice-admin/v1/call-queues?accountKey=${accountKey}`

export const connectionTests: Part = ({ describe, it }, stage) => {
  const { sandbox, dropping } = stage.setting
  const queues = sandbox + queuesPath

  describe('a connection', () => {
    it('comes from an authorization code with PKCE', async () => {
      const { connection, summary } = await signIn(stage)
      expectEqual((await connection.status()).state, 'active', 'the state')
      expectEqual((await connection.fetch(queues)).status, 200, 'the status of a call')
      expectEqual((await summary()).tokenRequests, 1, 'the token requests')
    })

    it('refreshes once for 1,000 parallel callers, and again with the rotated token', async () => {
      const { connection, passTime, summary } = await signIn(stage)
      for (const refreshes of [1, 2]) {
        passTime(2 * hourMs)
        const callers = Array.from({ length: 1000 }, () => connection.accessToken())
        const values = (await Promise.all(callers)).map(({ value }) => value)
        expectEqual(new Set(values).size, 1, 'the number of different tokens')
        const { refreshRequests, reuse } = await summary()
        expectEqual({ refreshRequests, reuse }, { refreshRequests: refreshes, reuse: 0 }, 'what the server saw')
      }
    })

    it('repeats a call, its body too, with a newer token after a 401', async () => {
      const { connection, passTime, summary, spoil } = await signIn(stage)
      passTime(2 * 60_000)
      await spoil({ kind: 'api' }, { type: 'expire_access_token' })
      const name = 'Reception'
      const body = JSON.stringify({ accountKey, name, number: '7001' })
      const headers = { 'content-type': 'application/json' }
      const response = await connection.fetch(`${sandbox}/voice-admin/v1/extensions`, { method: 'POST', headers, body })
      expectEqual([response.status, ((await response.json()) as { name: string }).name], [201, name], 'the answer')
      const { refreshRequests, apiByStatus } = await summary()
      expectEqual(
        { refreshRequests, apiByStatus },
        { refreshRequests: 1, apiByStatus: { 201: 1, 401: 1 } },
        'the calls',
      )
    })

    it('asks for a person when the server ended the grant', async () => {
      const { clientId, connection, passTime } = await signIn(stage)
      await control(sandbox, 'revokeGrant', { clientId })
      passTime(2 * hourMs)
      await expectError(connection.accessToken(), 'reconnect', 'the refresh')
      expectEqual((await connection.status()).state, 'reauth', 'the state')
    })

    it('sends its token to no other origin', async () => {
      const { connection } = await signIn(stage)
      await expectError(connection.fetch(`${dropping}/foreign`), 'origin_not_allowed', 'the call')
      expectEqual(await requestsTo(stage, '/foreign'), [], 'what the other origin saw')
    })

    it('follows no redirect, neither of a call nor of a token request', async () => {
      const { connection, spoil } = await signIn(stage)
      const location = `${dropping}/followed`
      await spoil({ kind: 'api' }, { type: 'redirect', location })
      expectEqual((await connection.fetch(queues)).ok, false, 'the success of the call')
      await spoil({ kind: 'token' }, { type: 'redirect', location })
      await expectError(connection.refresh(), 'response_invalid', 'the refresh')
      expectEqual(await requestsTo(stage, '/followed'), [], 'what the other origin saw')
    })

    it("ends a caller's wait by its signal, and not the refresh", async () => {
      const { connection, passTime, summary, spoil, held, release } = await signIn(stage)
      passTime(2 * hourMs)
      const fault = await spoil({ kind: 'token' }, { hold: true })
      const impatient = new AbortController()
      const reason = new Error('no longer needed')
      const left = expectRejection(connection.accessToken({ signal: impatient.signal }), 'the wait that was ended')
      const stayed = connection.accessToken()
      await held()
      impatient.abort(reason)
      expectEqual((await left) === reason, true, 'that it failed with the reason')
      await release(fault)
      await stayed
      expectEqual((await summary()).refreshRequests, 1, 'the refreshes')
    })

    it('gives a refresh up in time, and saves the answer that comes late', async () => {
      const saved = Promise.withResolvers<void>()
      const onEvent = (event: AuthEvent): void => void (isRefreshed(event) && saved.resolve())
      const { connection, passTime, summary, spoil, release } = await signIn(stage, {
        onEvent,
        times: { requestMs: 200 },
      })
      passTime(2 * hourMs)
      const fault = await spoil({ kind: 'token' }, { hold: true })
      await expectError(connection.accessToken(), 'provider_no_answer', 'the refresh')
      expectEqual((await connection.status()).uncertain, true, 'the doubt')
      await release(fault)
      await saved.promise
      await connection.accessToken()
      expectEqual((await summary()).refreshRequests, 1, 'the refreshes')
    })

    it('waits for an outstanding answer when its client is disposed, and refuses calls from then on', async () => {
      const events: AuthEvent[] = []
      const signedIn = await signIn(stage, { onEvent: (event) => void events.push(event) })
      const { connection } = signedIn
      const fault = await signedIn.spoil({ kind: 'token' }, { hold: true })
      const refreshed = connection.refresh()
      {
        await using auth = signedIn.auth
        await signedIn.held()
        expectEqual((await auth.connection('ada').status()).state, 'claimed', 'the state while the answer is awaited')
        void signedIn.release(fault)
      }
      expectEqual(events.some(isRefreshed), true, 'that the answer was saved by then')
      await refreshed
      await expectError(connection.accessToken(), 'client_closed', 'a later call')
    })

    it('erases and revokes when it is disconnected', async () => {
      const { connection, summary } = await signIn(stage)
      const before = await summary()
      expectEqual(await connection.disconnect(), { erased: true, revoked: true }, 'what was done')
      await expectError(connection.accessToken(), 'not_connected', 'a later call')
      expectEqual((await summary()).calls > before.calls, true, 'that the server was asked')
    })
  })
}
