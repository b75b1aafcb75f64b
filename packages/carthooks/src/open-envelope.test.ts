import { ApiError } from '@grantkit/api-client'
import { describe, expect, it } from 'vitest'
import { openEnvelope } from './open-envelope.ts'

const ok = new Response('', { status: 200 })
const failed = new Response('', { status: 404 })
const open = (data: unknown, operationId = 'getItem') => openEnvelope({ data, response: ok }, operationId)
const openFailed = (error: unknown) => openEnvelope({ error, response: failed }, 'getItem')

describe('a success', () => {
  it('gives data, meta and the trace id under either name', () => {
    const parts = { success: true, data: { id: 1 }, meta: { pagination: {} }, traceId: 't', response: ok }
    expect(open({ data: { id: 1 }, meta: { pagination: {} }, trace_id: 't' })).toEqual(parts)
    expect(open({ data: { id: 1 }, meta: { pagination: {} }, traceId: 't' })).toEqual(parts)
  })

  it.each([null, undefined, '', false])('is one also where the error is %j', (error) => {
    expect(open({ data: 1, error, trace_id: '', meta: null })).toEqual({ success: true, data: 1, response: ok })
  })

  it.each([undefined, 'text', [1], new Blob(['x'])])('that is no envelope stays as it is: %s', (data) => {
    expect(open(data)).toEqual({ success: true, data, response: ok })
  })
})

describe('a list', () => {
  it.each([
    ['an array', [{ id: 1 }], [{ id: 1 }]],
    ['an object with items', { items: [{ id: 1 }], total: 1 }, [{ id: 1 }]],
    ['null', null, []],
    ['nothing', undefined, []],
  ])('may come as %s', (_what, data, items) => {
    for (const id of ['listItems', 'queryItems', 'listApps', 'listCollections']) {
      expect(open({ data }, id)).toMatchObject({ data: items })
    }
  })

  it('is not made of what is none', () => {
    expect(open({ data: { items: [1] } }).data).toEqual({ items: [1] })
    expect(open({ data: 'x' }, 'listItems').data).toBe('x')
  })
})

describe('an error', () => {
  const error = { key: 'NOT_FOUND', message: 'There is none.', type: 'user' }

  it.each([
    ['with 200', () => open({ data: { id: 1 }, error, trace_id: 't' })],
    ['with 404', () => openFailed({ error, trace_id: 't' })],
  ])('%s is a failure that carries the trace id', (_what, opened) => {
    expect(opened()).toEqual({
      success: false,
      error: { ...error, traceId: 't' },
      traceId: 't',
      response: expect.any(Response),
    })
  })

  it.each<[unknown, object]>([
    [
      { message: 'Gone.', code: 'NOT_FOUND' },
      { key: 'NOT_FOUND', message: 'Gone.' },
    ],
    [
      { key: 'a', code: 'b' },
      { key: 'a', message: 'a' },
    ],
    [{ code: 7 }, { message: 'The answer says no reason.' }],
    [{}, { message: 'The answer says no reason.' }],
    ['invalid_refresh_token', { key: 'invalid_refresh_token', message: 'invalid_refresh_token' }],
    ['It did not work.', { message: 'It did not work.' }],
    [true, { message: 'The answer says no reason.' }],
  ])('may be %j', (reason, facts) => {
    expect(open({ error: reason }).error).toMatchObject(facts)
  })

  it('of a status alone takes what the answer holds', () => {
    expect(openFailed({ message: 'No such route.', trace_id: 't' })).toMatchObject({
      success: false,
      error: { message: 'No such route.', traceId: 't' },
    })
    expect(openFailed({})).toMatchObject({ success: false, error: { message: 'The answer says no reason.' } })
  })

  it('of ours stays as it is', () => {
    const page = new ApiError('unexpected_answer', 'HTML of a proxy')
    expect(openFailed(page)).toEqual({ success: false, error: page, response: failed })
  })
})
