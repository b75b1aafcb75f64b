import { createGotoVoice, paginate, unwrap } from '@grantkit/goto-voice'
import { expectEqual, expectError } from './expectations.ts'
import { accountKey, signIn } from './sign-in.ts'
import type { Part } from './stage.ts'

export const apiTests: Part = ({ describe, it }, stage) => {
  describe('a typed client', () => {
    it('reads a list, and all its pages', async () => {
      const { connection } = await signIn(stage)
      const voice = createGotoVoice({ connection, accountKey })
      const { data } = await voice.GET('/call-queues')
      expectEqual(data?.items.length, 9, 'the call queues')
      const names: string[] = []
      for await (const { name } of paginate(voice, '/extensions', { params: { query: { pageSize: 5 } } })) {
        names.push(name)
      }
      expectEqual(names.length >= 22, true, 'that all extensions came')
    })

    it("gives the vendor's error as a value, and throws it where that is asked for", async () => {
      const { connection } = await signIn(stage)
      const voice = createGotoVoice({ connection })
      const path = { params: { path: { extensionId: 'nobody' } } }
      const { error, response } = await voice.GET('/extensions/{extensionId}', path)
      expectEqual([response.status, error?.errorCode], [404, 'NOT_FOUND'], 'the error')
      await expectError(voice.GET('/extensions/{extensionId}', path).then(unwrap), 'NOT_FOUND', 'unwrap')
    })

    it('repeats a call after a 503', async () => {
      const { connection, spoil, summary } = await signIn(stage)
      const voice = createGotoVoice({ connection, accountKey, retry: { baseDelayMs: 1 } })
      await spoil({ kind: 'api' }, { type: 'server_error' })
      expectEqual((await voice.GET('/call-queues')).response.status, 200, 'the status')
      expectEqual((await summary()).apiByStatus, { 200: 1, 503: 1 }, 'the calls')
    })

    it('gives up an answer that does not come in time', async () => {
      const { connection, spoil, release } = await signIn(stage)
      const voice = createGotoVoice({ connection, accountKey, timeoutMs: 100 })
      const fault = await spoil({ kind: 'api' }, { hold: true })
      await expectError(voice.GET('/call-queues'), 'timeout', 'the call')
      await release(fault)
    })

    it("ends a call by its caller's signal", async () => {
      const { connection, spoil, held, release } = await signIn(stage)
      const voice = createGotoVoice({ connection, accountKey })
      const fault = await spoil({ kind: 'api' }, { hold: true })
      const caller = new AbortController()
      const ended = expectError(voice.GET('/call-queues', { signal: caller.signal }), 'aborted', 'the call')
      await held()
      caller.abort()
      await ended
      await release(fault)
    })
  })
}
