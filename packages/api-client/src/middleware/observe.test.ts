import { describe, expect, it } from 'vitest'
import { elapse, secret, setup } from '../../test/setup.ts'
import type { CallEvent } from '../index.ts'

const shelf = () => Response.json({ items: [] })
const failed = (status: number) => Response.json({ errorCode: 'X', reference: 'r' }, { status })
const slowly = (advance: (ms: number) => void, response: Response) => async (): Promise<Response> => {
  advance(40)
  return response
}

function watched(script: Parameters<typeof setup>[0], options: Parameters<typeof setup>[1] = {}) {
  const events: CallEvent[] = []
  return { events, ...setup(script, { observe: (event) => events.push(event), ...options }) }
}

const listBooks = { api: 'shelf', operationId: 'listBooks', method: 'GET', path: '/books' }

describe('observe', () => {
  it('tells of a success with its duration', async () => {
    let nowMs = 0
    const { client, events } = watched([slowly((ms) => (nowMs += ms), shelf())], {
      clock: { wallMs: () => nowMs, monotonicMs: () => nowMs, setTimer: () => () => undefined },
    })
    await client.GET('/books')
    expect(events).toEqual([{ level: 'info', ...listBooks, attempt: 1, status: 200, durationMs: 40 }])
  })

  it('tells of each repeat as a warning, before the wait, and of the end', async () => {
    const { client, events, clock } = watched([failed(503), new TypeError('x'), shelf()])
    const call = elapse(clock, client.GET('/books'))
    await call
    expect(events).toEqual([
      { level: 'warning', ...listBooks, attempt: 1, status: 503, durationMs: 0, retryInMs: 1000 },
      { level: 'warning', ...listBooks, attempt: 2, code: 'network', durationMs: 0, retryInMs: 2000 },
      { level: 'info', ...listBooks, attempt: 3, status: 200, durationMs: 0 },
    ])
  })

  it('tells of the repeat after a 401', async () => {
    const { client, events, fetch } = watched([failed(401), shelf()])
    await client.GET('/books')
    expect(events.map(({ level, attempt, status }) => [level, attempt, status])).toEqual([
      ['warning', 1, 401],
      ['info', 2, 200],
    ])
    fetch.assertDone()
  })

  it('tells of a failed answer as an error', async () => {
    const { client, events } = watched([failed(404)])
    await client.GET('/books/{bookId}', { params: { path: { bookId: secret } } })
    expect(events).toEqual([
      {
        level: 'error',
        api: 'shelf',
        operationId: 'getBook',
        method: 'GET',
        path: '/books/{bookId}',
        attempt: 1,
        status: 404,
        durationMs: 0,
      },
    ])
  })

  it('tells of an answer that cannot be used as an error', async () => {
    const { client, events } = watched([new Response('<html>')])
    await client.GET('/books')
    expect(events).toMatchObject([{ level: 'error', status: 200 }])
  })

  it('tells of an attempt that hangs with the time it took', async () => {
    const { client, events, clock } = watched([() => new Promise<Response>(() => undefined)], {
      retry: { maxRetries: 0 },
      attemptTimeoutMs: 700,
    })
    await elapse(clock, client.GET('/books'))
    expect(events).toEqual([{ level: 'error', ...listBooks, attempt: 1, code: 'timeout', durationMs: 700 }])
  })

  it('tells of a call that failed before anything was sent as attempt 0', async () => {
    const { client, events } = watched([])
    await client.GET('/books', { signal: AbortSignal.abort() }).catch(() => undefined)
    expect(events).toEqual([{ level: 'error', ...listBooks, attempt: 0, code: 'aborted', durationMs: 0 }])
  })

  it('shows no token, no parameter and no body', async () => {
    const { client, events, clock } = watched([failed(503), failed(404)])
    await elapse(clock, client.GET('/books', { params: { query: { author: secret } }, headers: { 'x-note': secret } }))
    expect(events).toHaveLength(2)
    expect(JSON.stringify(events)).not.toContain(secret)
  })

  it('cannot disturb a call by throwing', async () => {
    const { client } = setup([shelf()], {
      observe: () => {
        throw new Error('in the hook')
      },
    })
    expect((await client.GET('/books')).data).toEqual({ items: [] })
  })
})
