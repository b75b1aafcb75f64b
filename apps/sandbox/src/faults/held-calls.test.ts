import { beforeEach, describe, expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { accountKey, call, origin, refresh, signIn, startMs } from '../../test/play-client.ts'

let sandbox: Sandbox
let tokens: { readonly access: string; readonly refresh: string }

beforeEach(async () => {
  sandbox = createSandbox({ startMs, rotation: 'strict' })
  tokens = await signIn(sandbox)
})

const queues = () => call(sandbox, tokens.access, 'GET', `/call-queues?accountKey=${accountKey}`)
const lastEntry = () => sandbox.control.ledger.entries().at(-1)

describe('a slow answer', () => {
  test('comes when the sandbox’s clock has come so far', async () => {
    sandbox.control.faults.add({ match: { kind: 'api' }, delayMs: 5000 })
    let status = 0
    const answer = queues().then((each) => (status = each.status))
    await sandbox.control.ledger.waitFor({ stage: 'held' })
    sandbox.control.clock.advance(4999)
    await new Promise(setImmediate)
    expect(status).toBe(0)
    sandbox.control.clock.advance(1)
    await answer
    expect(status).toBe(200)
    expect(lastEntry()).toMatchObject({ atMs: startMs, answeredAtMs: startMs + 5000 })
  })

  test('is given up by the client’s signal, and the work is done all the same', async () => {
    sandbox.control.faults.add({ match: { kind: 'token' }, delayMs: 5000 })
    const gone = new AbortController()
    const form = {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh,
      client_id: 'sandbox-client',
      client_secret: 'sandbox-secret',
    }
    const init = { method: 'POST', body: new URLSearchParams(form), signal: gone.signal }
    const answer = sandbox.fetch(`${origin}/oauth/token`, init)
    await sandbox.control.ledger.waitFor({ stage: 'held' })
    gone.abort()
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
    expect((await refresh(sandbox, tokens.refresh)).body.error).toBe('invalid_grant')
  })
})

describe('a held call', () => {
  test('has done its work and waits for its release', async () => {
    const id = sandbox.control.faults.add({ match: { kind: 'token' }, hold: true })
    const answer = refresh(sandbox, tokens.refresh)
    const entry = await sandbox.control.ledger.waitFor({ stage: 'held' })
    expect(entry).toMatchObject({ fault: id, processed: true, issuedRefreshToken: { generation: 2 } })
    expect(sandbox.control.faults.pending()).toMatchObject([{ id, held: 1, remaining: 0 }])
    expect(sandbox.control.faults.release(id)).toBe(1)
    expect((await answer).status).toBe(200)
  })

  test('may wait before its work', async () => {
    const id = sandbox.control.faults.add({ match: { kind: 'token' }, hold: 'request', type: 'lost', processed: true })
    const answer = refresh(sandbox, tokens.refresh)
    const entry = await sandbox.control.ledger.waitFor({ stage: 'held' })
    expect(entry).toMatchObject({ processed: false, presented: { verdict: 'not_judged' } })
    sandbox.control.faults.release(id)
    await expect(answer).rejects.toThrow(TypeError)
    expect(lastEntry()).toMatchObject({ stage: 'lost', processed: true })
  })

  test('goes on when its fault is cleared, and breaks when the sandbox is closed', async () => {
    sandbox.control.faults.add({ match: { kind: 'api' }, hold: true, times: 2 })
    const first = queues()
    await sandbox.control.ledger.waitFor({ stage: 'held' })
    sandbox.control.faults.clear()
    expect((await first).status).toBe(200)

    sandbox.control.faults.add({ match: { kind: 'api' }, hold: true })
    const second = queues()
    await sandbox.control.ledger.waitFor({ stage: 'held', afterSeq: 4 })
    await sandbox.close()
    await expect(second).rejects.toThrow(TypeError)
    await expect(queues()).rejects.toThrow(TypeError)
  })
})
