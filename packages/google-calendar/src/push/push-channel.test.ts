import { expect, test } from 'vitest'
import { json, refused, scripted } from '../../test/scripted.ts'
import { isApiError } from '../index.ts'
import { openChannel, renewChannel, stopChannel, type PushChannel, type Watched } from './index.ts'

const address = 'https://app.example.com/changes'
const opened = { resourceId: 'r1', resourceUri: 'https://calendar.example.com/events', expiration: '1773905359000' }
const events: Watched = { collection: 'events', calendarId: 'primary' }
const channel: PushChannel = {
  id: 'old',
  token: 'old-token',
  resourceId: 'r0',
  watched: events,
  address,
  expiresAtMs: 1773905359000,
}
const stopped = (): Response => new Response(null, { status: 204 })

test.each<[watched: Watched, call: string]>([
  [events, 'POST /calendars/primary/events/watch'],
  [{ collection: 'acl', calendarId: 'a#b' }, 'POST /calendars/a%23b/acl/watch'],
  [{ collection: 'calendarList' }, 'POST /users/me/calendarList/watch'],
  [{ collection: 'settings' }, 'POST /users/me/settings/watch'],
])('a channel is opened for %j', async (watched, call) => {
  const { calendar, calls } = scripted([json(opened)])
  const open = await openChannel(calendar, { watched, address })
  expect(calls()).toEqual([call])
  expect(open).toMatchObject({ watched, address, resourceId: 'r1' })
})

test('id and secret are new each time, and short enough; the end is a number (E1, E3, F3)', async () => {
  const { calendar, body } = scripted([json(opened), json({ ...opened, expiration: 1773905359000 })])
  const [first, second] = [
    await openChannel(calendar, { watched: events, address }),
    await openChannel(calendar, { watched: events, address }),
  ]
  expect(first.id).not.toBe(second.id)
  expect(first.token).not.toBe(second.token)
  expect(first.id.length).toBeLessThanOrEqual(64)
  expect(first.token.length).toBeGreaterThanOrEqual(43)
  expect(first.token.length).toBeLessThanOrEqual(256)
  expect([first.expiresAtMs, second.expiresAtMs]).toEqual([1773905359000, 1773905359000])
  expect(body(0)).toEqual({ id: first.id, token: first.token, address, type: 'web_hook' })
})

test('an id that was stored first and a wish for a lifetime are sent (E7)', async () => {
  const { calendar, body } = scripted([json(opened)])
  await openChannel(calendar, { watched: events, address, id: 'mine', token: 'my-token', ttlSeconds: 3600 })
  expect(body()).toMatchObject({ id: 'mine', token: 'my-token', params: { ttl: '3600' } })
})

test('a channel is plain JSON, to be kept (E4)', async () => {
  const { calendar } = scripted([json(opened)])
  const open = await openChannel(calendar, { watched: events, address })
  expect(JSON.parse(JSON.stringify(open))).toEqual(open)
})

test('a calendar that cannot be watched says so (E8)', async () => {
  const { calendar, fetch } = scripted([refused(400, 'pushNotSupportedForRequestedResource')])
  const error: unknown = await openChannel(calendar, { watched: events, address }).catch((failure: unknown) => failure)
  expect(isApiError(error, 'pushNotSupportedForRequestedResource')).toBe(true)
  expect(error).toMatchObject({ retryable: false })
  fetch.assertDone()
})

test('an answer that leaves out what stopping or renewing needs is none', async () => {
  const { calendar } = scripted([json({ resourceId: 'r1' }), json({ expiration: '1' })])
  const open = () => openChannel(calendar, { watched: events, address })
  await expect(open()).rejects.toMatchObject({ code: 'unexpected_answer' })
  await expect(open()).rejects.toMatchObject({ code: 'unexpected_answer' })
})

test('renewing opens a channel with another id, saves it, and only then stops the old one (E1)', async () => {
  const order: string[] = []
  const note = (step: string, answer: Response) => () => {
    order.push(step)
    return answer
  }
  const { calendar, body } = scripted([note('open', json(opened)), note('stop', stopped())])
  const saved: PushChannel[] = []
  const save = async (next: PushChannel): Promise<void> => {
    order.push('save')
    saved.push(next)
  }
  const renewed = await renewChannel(calendar, channel, { save, ttlSeconds: 60 })
  expect(order).toEqual(['open', 'save', 'stop'])
  expect(saved).toEqual([renewed])
  expect(renewed).toMatchObject({ watched: events, address, resourceId: 'r1' })
  expect(renewed.id).not.toBe('old')
  expect(body(0)).toMatchObject({ params: { ttl: '60' } })
  expect(body(1)).toEqual({ id: 'old', resourceId: 'r0' })
})

test('a channel that could not be saved leaves the old one open', async () => {
  const { calendar, calls } = scripted([json(opened)])
  const save = (): Promise<void> => Promise.reject(new Error('disk full'))
  await expect(renewChannel(calendar, channel, { save })).rejects.toThrow('disk full')
  expect(calls()).toHaveLength(1)
})

test('an old channel that cannot be stopped does not spoil the new one (E4)', async () => {
  const { calendar } = scripted([json(opened), refused(403, 'forbidden')])
  await expect(renewChannel(calendar, channel, { save: () => Promise.resolve() })).resolves.toMatchObject({
    resourceId: 'r1',
  })
})

test('a channel that is gone is stopped (E4)', async () => {
  const { calendar } = scripted([stopped, refused(404, 'channelUnknown')])
  await expect(stopChannel(calendar, channel)).resolves.toBeUndefined()
  await expect(stopChannel(calendar, channel)).resolves.toBeUndefined()
})

test('a channel that may not be stopped is an error (E4)', async () => {
  const { calendar } = scripted([refused(403, 'forbidden')])
  await expect(stopChannel(calendar, channel)).rejects.toMatchObject({ code: 'forbidden' })
})
