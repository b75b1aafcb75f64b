import type { Store } from '@grantkit/auth-core'
import { linkKey } from '../keys.ts'
import type { Link } from '../link.ts'
import { changeRecord, readRecord } from '../records.ts'
import type { CalendarChange } from './calendar-change.ts'
import { toldKey } from './pull-keys.ts'

/** Which members of an event the app was told to be other than it wrote them. Holds until it writes the event again. */
interface Told {
  readonly wishId: string
  readonly members: readonly string[]
}

export async function readTold(store: Store, user: string, eventId: string, link: Link): Promise<readonly string[]> {
  const { value } = await readRecord<Told>(store, toldKey(user, eventId))
  return value?.wishId === link.wishId ? value.members : []
}

/** Notes what the app is about to be told: after a crash nobody knows whether it was, so that it counts as told. */
export async function noteTold(store: Store, user: string, changes: readonly CalendarChange[]): Promise<void> {
  for (const change of changes) {
    if (!('members' in change) || change.eventId === undefined || change.members?.length === 0) continue
    const { eventId, members = [] } = change
    const { value: link } = await readRecord<Link>(store, linkKey(user, eventId))
    if (link === undefined) continue
    const { wishId } = link
    await changeRecord<Told>(store, toldKey(user, eventId), (before) => {
      const others = before?.wishId === wishId ? before.members : []
      return { put: { wishId, members: [...new Set([...others, ...members])] } }
    })
  }
}
