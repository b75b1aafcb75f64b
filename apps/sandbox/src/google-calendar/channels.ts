import type { Told } from '../api/api-service.ts'
import { bodyOf, compact, type Json, noContent, ok } from '../api/handler.ts'
import { isObject } from '../check-option.ts'
import { openCalendar } from './access.ts'
import type { Ask, CalendarHandlers } from './ask.ts'
import { CalendarRefusal, invalidBody, notFound, required } from './calendar-refusal.ts'
import type { Channel } from './channel-book.ts'

/** Recorded channels without a wish lived exactly so long; no upper limit is published. */
const lifeSeconds = 604_800

export const channelHandlers: CalendarHandlers = {
  watchEvents(ask) {
    const { calendar } = openCalendar(ask, 'reader')
    return watch(ask, calendar.events.topic, `/calendars/${encodeURIComponent(calendar.id)}/events`)
  },
  watchAclRules(ask) {
    const { calendar } = openCalendar(ask, 'owner')
    return watch(ask, calendar.rules.topic, `/calendars/${encodeURIComponent(calendar.id)}/acl`)
  },
  watchCalendarListEntries: (ask) => watch(ask, ask.person.entries.topic, '/users/me/calendarList'),
  watchSettings: (ask) => watch(ask, ask.person.settings.topic, '/users/me/settings'),

  stopChannel(ask) {
    const { id, resourceId } = bodyOf(ask)
    const channel = ask.channels.find(String(id))
    if (channel?.resourceId !== resourceId || channel?.opener !== openerOf(ask)) throw notFound()
    ask.channels.close(String(id))
    return noContent
  },
}

function watch(ask: Ask, topic: string, path: string): Told {
  const body = bodyOf(ask)
  const { id, type, address, token } = body
  if (typeof id !== 'string' || id === '') throw required('channel id')
  if (type !== 'web_hook' && type !== 'webhook') throw invalidBody('Unknown channel type.')
  if (typeof address !== 'string') throw required('channel address')
  checkAddress(address)
  if (ask.channels.find(id) !== undefined) {
    throw new CalendarRefusal(400, 'channelIdNotUnique', `Channel id ${id} not unique`)
  }
  const channel: Channel = {
    id,
    resourceId: ask.random.token('channel resource').slice(0, 27),
    resourceUri: `https://www.googleapis.com/calendar/v3${path}?alt=json`,
    address,
    ...(typeof token === 'string' ? { token } : {}),
    topic,
    expiresAtMs: readExpiry(body, ask.nowMs),
    opener: openerOf(ask),
  }
  ask.channels.open(channel)
  const { resourceId, resourceUri, expiresAtMs } = channel
  return ok(compact({ kind: 'api#channel', id, resourceId, resourceUri, token, expiration: String(expiresAtMs) }))
}

function openerOf({ person, clientId }: Ask): string {
  return `${person.email} ${clientId}`
}

/** The sandbox calls nobody but this machine, there also without TLS; elsewhere it finds the address not allowed. */
function checkAddress(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)) return
  if (url?.protocol !== 'https:') {
    throw new CalendarRefusal(400, 'push.webhookUrlNotHttps', `WebHook callback must be HTTPS: ${address}`)
  }
  throw new CalendarRefusal(401, 'push.webhookUrlUnauthorized', `Unauthorized WebHook callback channel: ${address}`)
}

/** The shorter of the wishes and the default. */
function readExpiry({ expiration, params }: Json, nowMs: number): number {
  const ttl = isObject(params) ? params.ttl : undefined
  const wished = [
    ...(expiration === undefined ? [] : [Number(expiration)]),
    ...(ttl === undefined ? [] : [nowMs + Number(ttl) * 1000]),
  ]
  if (wished.some((each) => !(each > nowMs))) throw invalidBody('Invalid channel expiration.')
  return Math.min(nowMs + lifeSeconds * 1000, ...wished)
}
