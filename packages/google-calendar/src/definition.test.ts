import { inspect } from 'node:util'
import { createFakeClock } from '@grantkit/auth-core/testing'
import { expect, test } from 'vitest'
import { collect, json, lost, refused, scripted, secret } from '../test/scripted.ts'
import { isApiError, paginate, scopesFor, unwrap, type ApiError, type Setting } from './index.ts'

const prefix = 'https://www.googleapis.com/auth/calendar'

/** What a call of a write fails with, and how often it was sent. */
async function failure(answers: Response[]): Promise<{ error: ApiError; sent: number }> {
  const { calendar, fetch } = scripted(answers, { retry: { maxRetries: answers.length - 1, baseDelayMs: 0 } })
  const result = await calendar.POST('/calendars', { body: { summary: 'Team' } })
  try {
    unwrap(result)
  } catch (error) {
    if (isApiError(error)) return { error, sent: fetch.requests.length }
  }
  throw new Error('It did not fail.')
}

test.each([
  [403, 'rateLimitExceeded'],
  [403, 'userRateLimitExceeded'],
  [429, 'rateLimitExceeded'],
])('%i %s means slow down: it is repeated, a POST too (B1)', async (status, reason) => {
  const { calendar, fetch } = scripted([refused(status, reason), json({ id: 'a' })])
  expect((await calendar.POST('/calendars', { body: { summary: 'Team' } })).data).toEqual({ id: 'a' })
  fetch.assertDone()
  expect((await failure([refused(status, reason)])).error).toMatchObject({ code: reason, retryable: true })
})

test.each([
  'quotaExceeded',
  'dailyLimitExceeded',
  'forbidden',
  'insufficientPermissions',
  'forbiddenForServiceAccounts',
  'accessNotConfigured',
])('403 %s is final (B1, B3)', async (reason) => {
  expect(await failure([refused(403, reason), json({})])).toMatchObject({
    sent: 1,
    error: { code: reason, retryable: false },
  })
})

test('the newer front end says slow down in details, with the quota that is used up (B1, B4, F6)', async () => {
  const details = [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'RATE_LIMIT_EXCEEDED',
      metadata: { quota_limit: 'defaultPerMinutePerUser' },
    },
  ]
  const answer = (): Response =>
    json({ error: { code: 403, message: 'Quota exceeded', status: 'PERMISSION_DENIED', details } }, 403)
  const { error, sent } = await failure([answer(), answer()])
  expect(error).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', retryable: true, body: { error: { details } } })
  expect(sent).toBe(2)
})

test.each<[name: string, body: unknown, code: string]>([
  [
    'reasons',
    { error: { code: 403, message: '', errors: [{ reason: 'forbidden' }], status: 'PERMISSION_DENIED' } },
    'forbidden',
  ],
  [
    'details alone',
    { error: { code: 403, message: '', details: [{ reason: 'SERVICE_DISABLED' }] } },
    'SERVICE_DISABLED',
  ],
  ['a status alone', { error: { code: 403, message: '', status: 'PERMISSION_DENIED' } }, 'PERMISSION_DENIED'],
  ['nothing but a number', { error: { code: 403, message: '' } }, 'http_403'],
  [
    'the flat shape of the token endpoint',
    { error: 'invalid_grant', error_description: 'Token has been revoked.' },
    'invalid_grant',
  ],
])('an error with %s has a code (F6)', async (_name, body, code) => {
  expect((await failure([json(body, 403)])).error.code).toBe(code)
})

test('an error page of a proxy has one, too (F6)', async () => {
  const page = new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } })
  expect((await failure([page])).error).toMatchObject({ code: 'unexpected_answer', status: 502 })
})

test('an error says what, where and why, and holds no token (B8)', async () => {
  const { error } = await failure([refused(400, 'required', { location: 'summary', locationType: 'parameter' })])
  expect(error).toMatchObject({ code: 'required', status: 400, operationId: 'createCalendar', api: 'google-calendar' })
  expect(error.message).toBe('google-calendar createCalendar answered 400 required.')
  expect(error.body).toMatchObject({ error: { errors: [{ location: 'summary' }] } })
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(secret)
})

test.each([
  ['PATCH', 'an answer that is lost', [lost, json({})]],
  ['PUT', 'an answer that is lost', [lost, json({})]],
  ['DELETE', 'a server that failed', [refused(503, 'backendError'), new Response(null, { status: 204 })]],
] as const)('%s is sent again after %s (B2)', async (method, _what, answers) => {
  const { calendar, fetch } = scripted([...answers])
  const params = { path: { calendarId: 'primary' } }
  if (method === 'PATCH') await calendar.PATCH('/calendars/{calendarId}', { params, body: { summary: 'Team' } })
  else if (method === 'PUT') await calendar.PUT('/calendars/{calendarId}', { params, body: { summary: 'Team' } })
  else await calendar.DELETE('/calendars/{calendarId}', { params })
  fetch.assertDone()
})

test('a POST that changes nothing twice is sent again: free/busy, import, stop (B2)', async () => {
  const { calendar, fetch } = scripted([lost, json({}), lost, json({}), lost, new Response(null, { status: 204 })])
  await calendar.POST('/freeBusy', { body: {} })
  const event = { iCalUID: 'x@example.com', start: { date: '2026-03-01' }, end: { date: '2026-03-02' } }
  await calendar.POST('/calendars/{calendarId}/events/import', {
    params: { path: { calendarId: 'primary' } },
    body: event,
  })
  await calendar.POST('/channels/stop', { body: { id: 'a', resourceId: 'b' } })
  fetch.assertDone()
})

test('a POST that would do something twice is not: quickAdd, move, watch (B2, D5)', async () => {
  const { calendar, fetch } = scripted([lost, lost, lost])
  const params = { path: { calendarId: 'primary', eventId: 'abcde' } }
  const calls = [
    calendar.POST('/calendars/{calendarId}/events/quickAdd', { params: { ...params, query: { text: 'Lunch' } } }),
    calendar.POST('/calendars/{calendarId}/events/{eventId}/move', {
      params: { ...params, query: { destination: 'b' } },
    }),
    calendar.POST('/users/me/settings/watch', {
      body: { id: 'a', type: 'web_hook', address: 'https://a.example.com/' },
    }),
  ]
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'network' })
  fetch.assertDone()
})

test('a call that hangs ends by itself (B7)', async () => {
  const clock = createFakeClock()
  const { calendar } = scripted([() => new Promise(() => undefined)], { clock, retry: { maxRetries: 0 } })
  const call = calendar.GET('/colors').catch((error: unknown) => error)
  await clock.advance(30_000)
  expect(await call).toMatchObject({ code: 'timeout' })
})

test('one account that acts for many says for whom, in every call (B4, B5)', async () => {
  const { calendar, query } = scripted([json({}), json({})], { quotaUser: 'person-42' })
  await calendar.GET('/colors')
  expect(query()).toEqual({ quotaUser: 'person-42' })
  await calendar.GET('/colors', { params: { query: { quotaUser: 'person-43' } } })
  expect(query()).toEqual({ quotaUser: 'person-43' })
})

test('a list is walked over all pages, also empty ones, with all its parameters (C1, C2, C3)', async () => {
  const { calendar, fetch } = scripted([
    json({ items: [{ id: 'a' }], nextPageToken: 'p2' }),
    json({ items: [], nextPageToken: 'p3' }),
    json({ items: [{ id: 'b' }] }),
  ])
  const query = { eventTypes: ['default', 'focusTime'] as ('default' | 'focusTime')[], singleEvents: true }
  const events = paginate(calendar, '/calendars/{calendarId}/events', {
    params: { path: { calendarId: 'primary' }, query },
  })
  expect(await collect(events)).toEqual([{ id: 'a' }, { id: 'b' }])
  const queries = fetch.requests.map(({ url }) => new URL(url).search)
  expect(queries[2]).toBe('?eventTypes=default&eventTypes=focusTime&singleEvents=true&pageToken=p3')
})

test('what Google reads at once is one person’s: settings are text (F3)', async () => {
  const { calendar } = scripted([json({ items: [{ id: 'format24HourTime', value: 'true' }] })])
  const settings: Setting[] = await collect(paginate(calendar, '/users/me/settings'))
  expect(settings).toEqual([{ id: 'format24HourTime', value: 'true' }])
})

test('ids fill their place in the path, whatever they hold (F1)', async () => {
  const { calendar, calls } = scripted([json({}), json({})])
  const calendarId = 'en.usa#holiday@group.v.calendar.google.example.com'
  await calendar.GET('/calendars/{calendarId}', { params: { path: { calendarId } } })
  await calendar.GET('/calendars/{calendarId}/acl/{ruleId}', {
    params: { path: { calendarId: 'a/b?c', ruleId: 'user:a@example.com' } },
  })
  expect(calls().map((call) => decodeURIComponent(call))).toEqual([
    `GET /calendars/${calendarId}`,
    'GET /calendars/a/b?c/acl/user:a@example.com',
  ])
  expect(calls()[0]).not.toContain('#')
  expect(calls()[1]?.split('/')).toHaveLength(5)
})

test('64-bit numbers are text, however they come (F3)', async () => {
  const { calendar } = scripted([json({ expiration: 1773905359000 }), json({ expiration: '1773905359000' })])
  for (let call = 0; call < 2; call += 1) {
    const { data } = await calendar.POST('/users/me/settings/watch', {
      body: { id: 'a', type: 'web_hook', address: 'https://a.example.com/' },
    })
    expect(data?.expiration).toBe('1773905359000')
  }
})

test.each([
  [['listEvents'], ['events.readonly']],
  [['listEvents', 'createEvent'], ['events']],
  [
    ['createEvent', 'queryFreeBusy', 'listCalendarListEntries'],
    ['calendarlist.readonly', 'events', 'freebusy'],
  ],
  [['listEvents', 'watchEvents', 'stopChannel'], ['events.readonly']],
  [
    ['listSettings', 'getColors'],
    ['calendarlist.readonly', 'settings.readonly'],
  ],
] as const)('for %j no more is asked than %j (A8)', (ids, scopes) => {
  expect(scopesFor(ids)).toEqual(scopes.map((scope) => `${prefix}.${scope}`))
})
