import type { Store } from '../../store.ts'

/** A store to test, and how to get at its data in the other ways that its users have. */
export interface StoreSubject {
  readonly store: Store
  /** Opens the same data a second time, as another process would. Absent when only the object itself is shared. */
  open?(): Promise<Store> | Store
  /** Closes every handle and opens the data again, as after a restart. Required unless the store is volatile. */
  reopen?(): Promise<Store> | Store
  /** Lets time pass on the store's clock. Absent: the test waits until that clock says so. */
  passTime?(durationMs: number): Promise<void>
  /** Called once after the test. */
  close?(): Promise<void>
}

/** Defines one test of the suite; `run` gets a store of its own, empty at first. */
export type DefineStoreTest = (name: string, run: (subject: StoreSubject) => Promise<void>) => void

/** Waits until `durationMs` have passed on the store's clock. */
export async function passTime(subject: StoreSubject, durationMs: number): Promise<void> {
  if (subject.passTime) return subject.passTime(durationMs)
  const clock = async (): Promise<number> => (await subject.store.read('clock')).nowMs
  const untilMs = (await clock()) + durationMs
  const giveUpMs = performance.now() + durationMs + 10_000
  while ((await clock()) < untilMs) {
    check(performance.now() < giveUpMs, 'the clock of the store goes forward')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** Creates an entry that must not exist yet. */
export async function create(store: Store, key: string, value: string): Promise<string> {
  return applied(await store.write(key, value, { ifVersion: null }), `creating ${preview(key)}`)
}

/** Gives the version that a write answered, and fails when it answered a conflict. */
export function applied(result: { version: string } | 'conflict', what: string): string {
  if (result === 'conflict') throw new Error(`Expected ${what} to be applied, but it answered 'conflict'.`)
  check(typeof result.version === 'string' && result.version !== '', `${what} answers a version`)
  return result.version
}

/** Every key with the prefix, page by page. */
export async function listAll(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = []
  const cursors = new Set<string | undefined>()
  let cursor: string | undefined
  do {
    const page = await store.list(prefix, cursor === undefined ? {} : { cursor })
    keys.push(...page.keys)
    cursor = page.cursor
    check(!cursors.has(cursor), `listing ${preview(prefix)} comes to an end instead of giving a cursor again`)
    cursors.add(cursor)
  } while (cursor !== undefined)
  return keys
}

export function check(condition: boolean, expectation: string): asserts condition {
  if (!condition) throw new Error(`Expected that ${expectation}.`)
}

/** Compares as JSON, which shows what differs; the parts are text, numbers, arrays and plain objects. */
export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Error(`Expected ${what} to be ${preview(should)}, but it is ${preview(is)}.`)
}

/** A text that may be long or unprintable, for a message. */
export function preview(text: string | undefined): string {
  const shown = JSON.stringify(text) ?? 'absent'
  return shown.length <= 120 ? shown : `${shown.slice(0, 100)}… (${shown.length} characters)`
}
