import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mockApi, type MockApi } from './mock-api.ts'
import { readSpec } from './read-spec.ts'

let api: MockApi
beforeAll(async () => {
  api = await mockApi(readSpec('goto-voice').document)
})
afterAll(() => api[Symbol.asyncDispose]())

const authorization = 'Bearer a-token'

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = { authorization }) {
  const json =
    body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } }
  const response = await fetch(`${api.origin}${path}`, { method, headers, ...json })
  return { status: response.status, violations: response.headers.get('sl-violations') }
}

const extension = { accountKey: '1234567890', name: 'Grace Example', number: '1002' }

describe('the judge', () => {
  it.each([
    ['GET', '/call-queues?accountKey=1', undefined, 200],
    ['POST', '/extensions', extension, 201],
    ['DELETE', '/extensions/1', undefined, 204],
  ])('takes %s %s as documented', async (method, path, body, status) => {
    expect(await send(method, path, body)).toEqual({ status, violations: null })
  })

  it.each([
    ['a missing query parameter', 'GET', '/call-queues', undefined, 'accountkey'],
    ['a query parameter of the wrong type', 'GET', '/call-queues?accountKey=1&pageSize=x', undefined, 'pagesize'],
    ['a missing member of the body', 'POST', '/extensions', { ...extension, number: undefined }, 'number'],
    ['a member of the wrong type', 'POST', '/extensions', { ...extension, number: 1002 }, 'number'],
    ['a missing body', 'POST', '/extensions', undefined, 'Body'],
  ])('refuses %s', async (_, method, path, body, words) => {
    const { status, violations } = await send(method, path, body)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(violations?.toLowerCase()).toContain(words.toLowerCase())
  })

  it('refuses a call without a token, and one of a path it does not know', async () => {
    expect(await send('GET', '/call-queues?accountKey=1', undefined, {})).toMatchObject({ status: 401 })
    expect(await send('GET', '/call-queue?accountKey=1')).toMatchObject({ status: 404 })
  })
})
