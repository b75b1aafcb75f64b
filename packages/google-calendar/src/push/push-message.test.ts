import { expect, test } from 'vitest'
import { channelIdOf, readPushMessage } from './index.ts'

const channel = { id: 'c1', token: 'a-secret-token', resourceId: 'r1' }
const headers = {
  'X-Goog-Channel-ID': 'c1',
  'X-Goog-Channel-Token': 'a-secret-token',
  'X-Goog-Channel-Expiration': 'Fri, 20 Mar 2026 07:29:19 GMT',
  'X-Goog-Message-Number': '17',
  'X-Goog-Resource-ID': 'r1',
  'X-Goog-Resource-State': 'exists',
  'X-Goog-Resource-URI': 'https://calendar.example.com/events',
}

function message(changes: Record<string, string | undefined> = {}): Headers {
  const all = Object.entries({ ...headers, ...changes })
  return new Headers(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])) as [string, string][])
}

test('a message says that something changed, and that is all there is (E2)', () => {
  expect(channelIdOf(message())).toBe('c1')
  expect(readPushMessage(message(), channel)).toEqual({
    state: 'exists',
    number: 17,
    resourceId: 'r1',
    resourceUri: 'https://calendar.example.com/events',
  })
})

test('the first message of a channel is told from a change, also before the answer to opening is stored (E7)', () => {
  const { resourceId: _unknown, ...early } = channel
  expect(
    readPushMessage(message({ 'X-Goog-Resource-State': 'sync', 'X-Goog-Message-Number': '1' }), early),
  ).toMatchObject({
    state: 'sync',
    number: 1,
  })
})

test.each<[name: string, changes: Record<string, string | undefined>]>([
  ['another secret', { 'X-Goog-Channel-Token': 'a-secret-tokex' }],
  ['the beginning of the secret', { 'X-Goog-Channel-Token': 'a-secret' }],
  ['more than the secret', { 'X-Goog-Channel-Token': 'a-secret-token-and' }],
  ['no secret', { 'X-Goog-Channel-Token': undefined }],
  ['another channel', { 'X-Goog-Channel-ID': 'c2' }],
  ['something else that is watched', { 'X-Goog-Resource-ID': 'r2' }],
])('a message with %s is none', (_name, changes) => {
  expect(readPushMessage(message(changes), channel)).toBeUndefined()
})

test('a channel without a secret has no messages: anybody could send them', () => {
  expect(readPushMessage(message({ 'X-Goog-Channel-Token': undefined }), { ...channel, token: '' })).toBeUndefined()
  expect(readPushMessage(message({ 'X-Goog-Channel-Token': '' }), { ...channel, token: '' })).toBeUndefined()
})

test('the secret is not in what is read', () => {
  expect(JSON.stringify(readPushMessage(message(), channel))).not.toContain('secret')
})

test('anything that gives headers by name will do, and a request of somebody else has no channel', () => {
  const request = { get: (name: string) => message().get(name) ?? undefined }
  expect(readPushMessage(request, channel)).toMatchObject({ state: 'exists' })
  expect(channelIdOf(new Headers())).toBeUndefined()
})
