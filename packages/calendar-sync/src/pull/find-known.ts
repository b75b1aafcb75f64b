import type { Clock, Store } from '@grantkit/auth-core'
import type { EventChange } from '@grantkit/google-calendar/sync'
import { linkKey, linkPrefixOf, outboxKey } from '../keys.ts'
import type { Link } from '../link.ts'
import { eventProperty } from '../push/google-event.ts'
import type { OutboxEntry } from '../push/outbox-entry.ts'
import { listKeys, readRecord } from '../records.ts'
import type { Known } from './judge-change.ts'
import { readTold } from './told.ts'

/** Finds out which event of the app an event in Google is linked to. */
export interface KnownFinder {
  find(change: EventChange): Promise<Known | undefined>
  /** All events that Google should have, by Google's id. */
  present(): Promise<ReadonlyMap<string, string>>
}

interface Linked {
  readonly eventId: string
  readonly link: Link
}

/** Google tells of a write before it answers it: so long the answer is waited for, in steps. */
const settleStepMs = 250
const settleSteps = 40

export function createKnownFinder({ store, clock }: { store: Store; clock: Clock }, user: string): KnownFinder {
  let index: Promise<ReadonlyMap<string, Linked>> | undefined

  async function read(eventId: string): Promise<Known | undefined> {
    for (let step = 0; ; step += 1) {
      // In this order: push saves the link before it lets go of the entry.
      const { value: entry, nowMs } = await readRecord<OutboxEntry>(store, outboxKey(user, eventId))
      const { value: link } = await readRecord<Link>(store, linkKey(user, eventId))
      const isUnderWay = entry?.claim !== undefined && entry.claim.untilMs > nowMs
      if (!isUnderWay || step === settleSteps) {
        if (link === undefined && entry === undefined) return undefined
        return {
          eventId,
          ...(entry === undefined ? {} : { entry }),
          ...(link === undefined ? {} : { link, told: await readTold(store, user, eventId, link) }),
        }
      }
      await new Promise<void>((resolve) => void clock.setTimer(resolve, settleStepMs))
    }
  }

  /** Of a deleted event often nothing but its id is left, so all links are looked through: once in a pass, if at all. */
  async function readIndex(): Promise<ReadonlyMap<string, Linked>> {
    const prefix = linkPrefixOf(user)
    const keys = await listKeys(store, prefix)
    const known = new Map<string, Linked>()
    for (const key of keys) {
      const { value: link } = await readRecord<Link>(store, key)
      if (link !== undefined) known.set(link.googleId, { eventId: decodeURIComponent(key.slice(prefix.length)), link })
    }
    return known
  }

  async function byGoogleId(...ids: readonly (string | undefined)[]): Promise<Known | undefined> {
    index ??= readIndex()
    const all = await index
    const found = ids.flatMap((id) => (id === undefined ? [] : (all.get(id) ?? [])))[0]
    return found === undefined ? undefined : await read(found.eventId)
  }

  return {
    async find(change) {
      if (change.kind === 'deleted') return await byGoogleId(change.id)
      if (change.kind === 'instance_cancelled') return await byGoogleId(change.recurringEventId)
      const { id, recurringEventId, extendedProperties } = change.event
      const eventId = extendedProperties?.private?.[eventProperty]
      if (eventId === undefined) return undefined
      const known = await read(eventId)
      // A copy that somebody made of an event has its properties, too.
      const googleId = known?.link?.googleId
      return googleId === undefined || googleId === id || googleId === recurringEventId ? known : undefined
    },
    async present() {
      const all = await (index ??= readIndex())
      return new Map([...all].flatMap(([id, { eventId, link }]) => (link.state === 'present' ? [[id, eventId]] : [])))
    },
  }
}
