import { bodyOf } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import { type CarthooksAsk, type CarthooksHandlers, done, requireCollection, requireItem } from './carthooks-ask.ts'
import type { Item } from './carthooks-state.ts'

/** What the Python SDK asks for. */
const defaultSeconds = 600

/** How a conflict is answered is not known: as a bad request here, without a code. */
export const lockHandlers: CarthooksHandlers = {
  lockItem(ask) {
    const item = requireItem(ask)
    const holder = holderOf(ask)
    if (!isFree(item, holder, ask.nowMs)) throw badRequest('The item is locked by somebody else.')
    const { lockTimeout = defaultSeconds } = bodyOf(ask)
    keep(ask, { ...item, lock: { holder, untilMs: ask.nowMs + Number(lockTimeout) * 1000 } })
    return done()
  },

  unlockItem(ask) {
    const item = requireItem(ask)
    if (!isFree(item, holderOf(ask), ask.nowMs)) throw badRequest('The item is locked by somebody else.')
    keep(ask, { ...item, lock: undefined })
    return done()
  },
}

/** Tells whether nobody has locked an item, or the lock of this name has. */
export function isFree({ lock }: Item, holder: string, nowMs: number): boolean {
  return lock === undefined || nowMs >= lock.untilMs || lock.holder === holder
}

/** A lock without a name is the person's own. */
function holderOf(ask: CarthooksAsk): string {
  const { lockId } = bodyOf(ask)
  return lockId === undefined ? `user ${ask.person.id}` : String(lockId)
}

/** Locking is no change of the record. */
function keep(ask: CarthooksAsk, item: Item): void {
  requireCollection(ask).items.replace(String(item.id), item)
}
