import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  addGrace,
  type Body,
  type CalendarClient,
  eventPath,
  full,
  grace,
  hourAt,
  signIn,
} from '../../test/calendar-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

const startMs = Date.UTC(2026, 10, 1)
const weekMs = 7 * 24 * 3600_000

/** A receiver of messages on a real socket. */
async function startHook() {
  const arrived: IncomingMessage['headers'][] = []
  const waiters: (() => void)[] = []
  const statuses: number[] = []
  const server = createServer((request, response) => {
    arrived.push(request.headers)
    response.writeHead(statuses.shift() ?? 204).end()
    for (const wake of waiters.splice(0)) wake()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrived,
    statuses,
    async waitFor(count: number): Promise<readonly IncomingMessage['headers'][]> {
      while (arrived.length < count) await new Promise<void>((resolve) => waiters.push(resolve))
      return arrived
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

let sandbox: Sandbox
let client: CalendarClient
let hook: Awaited<ReturnType<typeof startHook>>

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  addGrace(sandbox)
  client = await signIn(sandbox)
  hook = await startHook()
})
afterEach(async () => {
  await sandbox.close()
  await hook.close()
})

async function watch(more: Body = {}, path = `${eventPath()}/watch`): Promise<Body> {
  const body = { id: 'channel-1', type: 'web_hook', address: hook.address, token: 'secret', ...more }
  const answer = await client('POST', path, { body })
  expect(answer.body).not.toHaveProperty('error')
  return answer.body
}

const create = () => client('POST', eventPath(), { body: hourAt('2026-11-03T10:00:00Z') })

describe('a channel', () => {
  test('begins with a sync message, and tells of each change without saying what', async () => {
    const { resourceId, resourceUri, expiration } = await watch()
    expect(expiration).toBe(String(startMs + weekMs))
    const [first] = await hook.waitFor(1)
    expect(first).toMatchObject({
      'x-goog-channel-id': 'channel-1',
      'x-goog-channel-token': 'secret',
      'x-goog-channel-expiration': 'Sun, 08 Nov 2026 00:00:00 GMT',
      'x-goog-resource-id': resourceId,
      'x-goog-resource-uri': resourceUri,
      'x-goog-resource-state': 'sync',
      'x-goog-message-number': '1',
      'content-length': '0',
    })
    await create()
    await create()
    const messages = await hook.waitFor(3)
    expect(messages.slice(1).map((each) => each['x-goog-resource-state'])).toEqual(['exists', 'exists'])
    const numbers = messages.map((each) => Number(each['x-goog-message-number']))
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    expect(new Set(numbers).size).toBe(3)
  })

  test('is about one list only', async () => {
    await watch({}, '/users/me/calendarList/watch')
    await hook.waitFor(1)
    await create()
    await client('POST', '/calendars', { body: { summary: 'Team' } })
    expect((await hook.waitFor(2)).map((each) => each['x-goog-resource-uri'])).toEqual(
      Array.from({ length: 2 }, () => 'https://www.googleapis.com/calendar/v3/users/me/calendarList?alt=json'),
    )
  })

  test('ends when it is stopped, by whoever opened it', async () => {
    const { id, resourceId } = await watch()
    await hook.waitFor(1)
    const stop = (who: CalendarClient, body: object) => who('POST', '/channels/stop', { body })
    expect((await stop(await signIn(sandbox, full, grace), { id, resourceId })).status).toBe(404)
    expect((await stop(client, { id, resourceId: 'other' })).status).toBe(404)
    expect((await stop(client, { id, resourceId })).status).toBe(204)
    expect((await stop(client, { id, resourceId })).status).toBe(404)
    await create()
    await watch({ id: 'channel-2' })
    const messages = await hook.waitFor(2)
    expect(messages.map((each) => each['x-goog-channel-id'])).toEqual(['channel-1', 'channel-2'])
  })

  test('ends by itself, after a week or sooner if that was wished', async () => {
    const ttl = await watch({ id: 'short', params: { ttl: '60' } })
    expect(ttl.expiration).toBe(String(startMs + 60_000))
    const late = await watch({ id: 'long', expiration: String(startMs + 2 * weekMs) })
    expect(late.expiration).toBe(String(startMs + weekMs))
    await hook.waitFor(2)
    sandbox.control.clock.advance(60_000)
    await create()
    expect((await hook.waitFor(3)).at(-1)).toMatchObject({ 'x-goog-channel-id': 'long' })
    expect(hook.arrived).toHaveLength(3)
  })

  test('sends a message again that found nobody well, in order', async () => {
    hook.statuses.push(503, 200, 404)
    await watch()
    await hook.waitFor(1)
    await create()
    // The wait begins when the answer has come back, which nothing here can see.
    while (hook.arrived.length < 3) {
      sandbox.control.clock.advance(1000)
      await setImmediate()
    }
    const states = (await hook.waitFor(3)).map((each) => each['x-goog-resource-state'])
    expect(states).toEqual(['sync', 'sync', 'exists'])
  })

  test.each([
    [{ address: 'http://example.org/hook' }, 400, 'push.webhookUrlNotHttps'],
    [{ address: 'https://example.org/hook' }, 401, 'push.webhookUrlUnauthorized'],
    [{ address: undefined }, 400, 'required'],
    [{ id: undefined }, 400, 'required'],
    [{ id: 'x'.repeat(65) }, 400, 'invalid'],
    [{ type: 'pigeon' }, 400, 'invalid'],
    [{ expiration: '1' }, 400, 'invalid'],
    [{ params: { ttl: 'long' } }, 400, 'invalid'],
  ])('is refused with %j: %i %s', async (more, status, reason) => {
    const body = { id: 'c', type: 'web_hook', address: hook.address, ...more }
    expect(await client('POST', `${eventPath()}/watch`, { body })).toMatchObject({ status, reason })
  })

  test('is refused with the id of another', async () => {
    await watch()
    const body = { id: 'channel-1', type: 'web_hook', address: hook.address }
    expect(await client('POST', `${eventPath()}/watch`, { body })).toMatchObject({
      status: 400,
      reason: 'channelIdNotUnique',
    })
  })
})
