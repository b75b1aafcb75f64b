import { strangeAnswer } from './redis-errors.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { RunScript } from './redis-run.ts'
import { birthScript, enterScript, leaveScript, memberGraceMs, membersPerPage, pageScript } from './redis-scripts.ts'

/** One entry that was, is or will be: its key and its birth, which no other entry has. */
export interface Member {
  readonly key: string
  readonly birth: string
}

/**
 * The index of all keys, in a slot of its own. A member is there before its entry is created and until it is surely
 * gone, so the index holds every entry, and sometimes more. An entry lives under its own birth: clearing away a dead
 * one never hits a key that was created anew.
 */
export interface RedisIndex {
  /** Enters a key before it is created. `stale` may have expired; the caller passes them to `tidy` in its own time. */
  enter(key: string, id: string, expiry: string): Promise<{ birth: string; stale: readonly Member[] }>
  /** Clears away a member whose entry is surely gone. Never fails: what is left, a later list clears away. */
  leave(member: Member): Promise<void>
  /** Clears away those members that have no entry any more. Never fails. */
  tidy(members: readonly Member[]): Promise<void>
  /** A page of the keys with an entry. */
  page(prefix: string, cursor: string): Promise<{ keys: readonly string[]; cursor?: string }>
}

export function createRedisIndex(run: RunScript, keys: RedisKeys): RedisIndex {
  const isAlive = async ({ key, birth }: Member): Promise<boolean> => {
    const [present] = await run(birthScript, [keys.entry(key)], [])
    return present === birth
  }
  const split = async (members: readonly Member[]): Promise<{ alive: Member[]; dead: Member[] }> => {
    const lives = await Promise.all(members.map(isAlive))
    return { alive: members.filter((_, at) => lives[at]), dead: members.filter((_, at) => !lives[at]) }
  }
  const clear = async (dead: readonly Member[], alive: readonly Member[] = []): Promise<void> => {
    if (dead.length + alive.length === 0) return
    await run(leaveScript, keys.index, [`${dead.length}`, ...[...dead, ...alive].map(textOf)])
  }
  return {
    async enter(key, id, expiry) {
      const [birth, ...stale] = (await run(enterScript, keys.index, [key, id, expiry])).map(asText)
      if (birth === undefined) throw strangeAnswer()
      return { birth, stale: stale.map(memberOf) }
    },
    leave: (member) => clear([member]).catch(ignore),
    async tidy(members) {
      await split(members)
        .then(({ dead, alive }) => clear(dead, alive))
        .catch(ignore)
    },
    async page(prefix, cursor) {
      const [nowMs, ...page] = (await run(pageScript, [keys.index[0]], [prefix, cursor])).map(asText)
      const { alive, dead } = await split(page.map(memberOf))
      await clear(dead.filter((member) => bornMs(member) + memberGraceMs < Number(nowMs))).catch(ignore)
      const last = page[membersPerPage - 1]
      return {
        // A prefix that goes on after a NUL also finds the end of a shorter key and its birth.
        keys: alive.map(({ key }) => key).filter((key) => key.startsWith(prefix)),
        ...(last !== undefined && { cursor: last }),
      }
    },
  }
}

function asText(part: string | null): string {
  if (part === null) throw strangeAnswer()
  return part
}

function textOf({ key, birth }: Member): string {
  return `${key}\0${birth}`
}

/** The key may hold NULs, the birth has none. */
function memberOf(text: string): Member {
  const end = text.lastIndexOf('\0')
  return { key: text.slice(0, end), birth: text.slice(end + 1) }
}

function bornMs({ birth }: Member): number {
  return Number.parseInt(birth, 10)
}

function ignore(): void {}
