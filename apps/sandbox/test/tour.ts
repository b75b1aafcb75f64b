import type { Sandbox } from '../src/sandbox.ts'
import { eventPath, full, grace, hourAt } from './calendar-client.ts'
import { base as carthooksUrl, refresh as refreshAtCarthooks, tokensOf, userTokens } from './carthooks-client.ts'
import { credentials, post, refresh as refreshAtGoogle, signIn as signInAtGoogle } from './google-client.ts'
import { accountUrl, scimUrl } from './goto-client.ts'
import {
  accountKey,
  api,
  callAt,
  refresh as refreshAtGoto,
  signIn as signInAtGoto,
  type Tokens,
} from './play-client.ts'

/** A walk through everything a sandbox keeps, in two halves; what was answered is what the two halves return. */

const calendarUrl = 'https://www.googleapis.com/calendar/v3'

export interface Tour {
  readonly answers: readonly string[]
  readonly goto: Tokens
  readonly google: Tokens
  readonly carthooks: Tokens
  readonly syncToken: string
  readonly deviceCode: string
}

const device = { vendor: 'google', id: 'tv', secret: 'tv-secret', type: 'device' } as const

function recorder(sandbox: Sandbox) {
  const answers: string[] = []
  return {
    answers,
    async ask(token: string, method: string, url: string, body?: unknown): Promise<Record<string, unknown>> {
      const { status, text } = await callAt(sandbox, token, method, url, body)
      answers.push(`${method} ${url} ${status} ${text}`)
      return text === '' ? {} : JSON.parse(text)
    },
  }
}

/** Signs in everywhere and changes a thing of each kind. */
export async function beginTour(sandbox: Sandbox): Promise<Tour> {
  const { control } = sandbox
  const { answers, ask } = recorder(sandbox)
  control.accounts.add({
    vendor: 'google',
    accountKey: '100000000000000000002',
    principal: grace,
    name: 'Grace Example',
  })
  control.clients.add({ id: 'other', secret: 'o', rotation: 'strict' })
  control.setRotation({ vendor: 'goto', rotation: { grace: { seconds: 60, uses: 1 } } })
  control.voice.addExtensions({ count: 3 })
  control.faults.add({ match: { operation: 'listEvents' }, type: 'rate_limited', skip: 1, times: 2 })

  const goto = await signInAtGoto(sandbox)
  const zoe = { email: 'zoe.example@example.com', firstName: 'Zoe', lastName: 'Example' }
  await ask(goto.access, 'POST', `${accountUrl}/users`, { users: [zoe] })
  await ask(goto.access, 'POST', `${api}/extensions`, { accountKey, name: 'New', number: '1999' })
  await ask(goto.access, 'GET', `${scimUrl}/Users`)
  await ask(goto.access, 'GET', 'https://api.getgo.test/G2M/rest/upcomingMeetings')

  const google = await signInAtGoogle(sandbox, { scope: full, access_type: 'offline', prompt: 'consent' })
  const event = { ...hourAt('2026-11-03T10:00:00Z'), attendees: [{ email: grace }] }
  const recurrence = ['RRULE:FREQ=WEEKLY;COUNT=4']
  const times = { start: { ...event.start, timeZone: 'UTC' }, end: { ...event.end, timeZone: 'UTC' } }
  await ask(google.access, 'POST', calendarUrl + eventPath(), { ...event, id: 'kept1' })
  await ask(google.access, 'POST', calendarUrl + eventPath(), { ...event, ...times, recurrence })
  await ask(google.access, 'DELETE', calendarUrl + eventPath('kept1'))
  const { nextSyncToken } = await ask(google.access, 'GET', calendarUrl + eventPath())

  control.clients.add(device)
  const waiting = await post(sandbox, '/device/code', { client_id: device.id, scope: 'openid' })

  const carthooks = await userTokens(sandbox)
  const { apps } = control.carthooks.snapshot()
  const items = `${carthooksUrl}/v1/apps/${apps[0]?.id}/collections/${apps[0]?.collections[0]?.id}/items`
  await ask(carthooks.access, 'POST', items, { title: 'Kept', data: { f_1001: 'open', $again: '/ledger' } })
  control.clock.advance(30_000)
  const deviceCode = String(waiting.body.device_code)
  return { answers, goto, google, carthooks, syncToken: String(nextSyncToken), deviceCode }
}

/** Goes on where the first half ended. */
export async function endTour(
  sandbox: Sandbox,
  { goto, google, carthooks, syncToken, deviceCode }: Tour,
): Promise<string[]> {
  const { control } = sandbox
  const { answers, ask } = recorder(sandbox)
  const renewed = await refreshAtGoto(sandbox, goto.refresh)
  answers.push(renewed.text, (await refreshAtGoto(sandbox, goto.refresh)).text)
  await ask(renewed.access, 'GET', `${accountUrl}/users`)
  await ask(renewed.access, 'GET', `${api}/extensions?accountKey=${accountKey}`)

  const { access } = await refreshAtGoogle(sandbox, google.refresh)
  for (const query of [`?syncToken=${encodeURIComponent(syncToken)}`, '', '', '?singleEvents=true']) {
    await ask(access, 'GET', calendarUrl + eventPath() + query)
  }
  await ask(access, 'POST', calendarUrl + eventPath(), hourAt('2026-11-04T10:00:00Z'))

  const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
  const poll = { grant_type: grantType, device_code: deviceCode, ...credentials(device) }
  answers.push((await post(sandbox, '/token', poll)).text)

  const shop = tokensOf(await refreshAtCarthooks(sandbox, carthooks.refresh))
  answers.push(JSON.stringify(control.carthooks.snapshot()), JSON.stringify(control.voice.snapshot()))
  await ask(shop.access, 'GET', `${carthooksUrl}/v1/apps`)
  answers.push(String(control.revokeGrant({ vendor: 'google' })))
  await ask(access, 'GET', calendarUrl + eventPath())
  answers.push(JSON.stringify(control.faults.pending()), JSON.stringify(control.accounts.list()))
  return answers
}
