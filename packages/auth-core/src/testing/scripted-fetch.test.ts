import { describe, expect, it } from 'vitest'
import { scriptedFetch } from './scripted-fetch.ts'

const url = 'https://auth.example.com/token?code=marker'

describe('scriptedFetch', () => {
  it('answers in the order of the calls and records what was sent', async () => {
    const fetch = scriptedFetch([Response.json({ first: true }), ({ body }) => new Response(body.toUpperCase())])
    const first = await fetch(url, { headers: { 'X-Case': 'Kept' } })
    const second = await fetch(
      new Request(url, { method: 'POST', body: new URLSearchParams({ a: 'b c' }), redirect: 'manual' }),
    )
    expect(await first.json()).toEqual({ first: true })
    expect(await second.text()).toBe('A=B+C')
    expect(fetch.requests.map((request) => [request.method, request.url, request.body, request.redirect])).toEqual([
      ['GET', url, '', 'follow'],
      ['POST', url, 'a=b+c', 'manual'],
    ])
    expect(fetch.requests[0]?.headers.get('x-case')).toBe('Kept')
    fetch.assertDone()
  })

  it('rejects with a scripted error', async () => {
    const refused = new TypeError('fetch failed')
    await expect(scriptedFetch([refused])(url)).rejects.toBe(refused)
  })

  it('fails a request beyond the script, and says so again at the end, without its query', async () => {
    const fetch = scriptedFetch([])
    await fetch(url).catch(() => undefined)
    expect(() => fetch.assertDone()).toThrow(
      'Request 1 (GET https://auth.example.com/token) is beyond the script of 0 answers.',
    )
  })

  it('fails at the end when an answer was not used', async () => {
    const fetch = scriptedFetch([new Response(), new Response()])
    await fetch(url)
    expect(() => fetch.assertDone()).toThrow('1 of 2 answers were not used.')
  })

  it('rejects with the reason when the caller aborts while an answer is awaited', async () => {
    const aborter = new AbortController()
    const fetch = scriptedFetch([
      ({ signal }) => {
        expect(signal.aborted).toBe(false)
        queueMicrotask(() => aborter.abort(new Error('enough')))
        return new Promise(() => undefined)
      },
    ])
    await expect(fetch(url, { signal: aborter.signal })).rejects.toThrow('enough')
    expect(fetch.requests[0]?.signal.aborted).toBe(true)
  })

  it('sends nothing for a call that was aborted before', async () => {
    const fetch = scriptedFetch([])
    await expect(fetch(url, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
    expect(fetch.requests).toEqual([])
    fetch.assertDone()
  })
})
