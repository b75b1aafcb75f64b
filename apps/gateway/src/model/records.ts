import type { Store } from '@grantkit/auth-core'
import { GatewayError } from '../gateway-error.ts'

/** A record, the version a later write has to name, and the store's time when it was read. */
export interface Versioned<T> {
  readonly record: T
  readonly version: string
  readonly nowMs: number
}

/** Records of one kind in the store, each under `<kind>/<id>/<id>…`. */
export interface Records<T> {
  get(...ids: string[]): Promise<Versioned<T> | undefined>
  /** Writes a record that must not exist yet, and tells whether it did not. */
  create(ids: readonly string[], record: T, options?: { expiresInMs?: number }): Promise<boolean>
  /** Writes what `change` makes of what is there at the store's time. What others write meanwhile is not lost. */
  put(
    ids: readonly string[],
    change: (stored: T | undefined, nowMs: number) => T,
    options?: { expiresInMs?: number },
  ): Promise<T>
  /** Writes a record only if it still is as it was read, and tells whether it was. */
  replace(
    ids: readonly string[],
    change: Omit<Versioned<T>, 'nowMs'>,
    options?: { expiresInMs?: number },
  ): Promise<boolean>
  /** Tells whether there was one. */
  remove(...ids: string[]): Promise<boolean>
  list(...ids: string[]): Promise<readonly T[]>
  /** The last parts of the keys right below, in no order. */
  names(...ids: string[]): Promise<readonly string[]>
  /** The time of the store that keeps the record. */
  nowMs(...ids: string[]): Promise<number>
}

/** What names of tenants, apps and keys are made of: nothing that means anything in a key or an address. */
export const idPattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/

const roundsAtMost = 100

export function createRecords<T extends object>(store: Store, kind: string): Records<T> {
  async function read(ids: readonly string[]): Promise<{ stored?: Versioned<T>; nowMs: number }> {
    const { entry, nowMs } = await store.read(keyOf(kind, ids))
    if (entry === undefined) return { nowMs }
    return { stored: { record: parse(entry.value, kind), version: entry.version, nowMs }, nowMs }
  }

  const get = async (...ids: string[]): Promise<Versioned<T> | undefined> => (await read(ids)).stored

  async function put(
    ids: readonly string[],
    change: (stored: T | undefined, nowMs: number) => T,
    options: { expiresInMs?: number } = {},
  ): Promise<T> {
    for (let round = 0; round < roundsAtMost; round++) {
      const { stored, nowMs } = await read(ids)
      const record = change(stored?.record, nowMs)
      const condition = { ifVersion: stored?.version ?? null, ...options }
      if ((await store.write(keyOf(kind, ids), JSON.stringify(record), condition)) !== 'conflict') return record
    }
    throw new GatewayError('store_unusable', `Others keep writing this ${kind}. Try again later.`)
  }

  async function create(ids: readonly string[], record: T, options: { expiresInMs?: number } = {}): Promise<boolean> {
    const written = await store.write(keyOf(kind, ids), JSON.stringify(record), { ifVersion: null, ...options })
    return written !== 'conflict'
  }

  async function replace(
    ids: readonly string[],
    { record, version }: Omit<Versioned<T>, 'nowMs'>,
    options: { expiresInMs?: number } = {},
  ): Promise<boolean> {
    const written = await store.write(keyOf(kind, ids), JSON.stringify(record), { ifVersion: version, ...options })
    return written !== 'conflict'
  }

  async function remove(...ids: string[]): Promise<boolean> {
    for (let round = 0; round < roundsAtMost; round++) {
      const stored = await get(...ids)
      if (stored === undefined) return false
      if ((await store.remove(keyOf(kind, ids), { ifVersion: stored.version })) === 'removed') return true
    }
    throw new GatewayError('store_unusable', `Others keep writing this ${kind}. Try again later.`)
  }

  async function list(...ids: string[]): Promise<readonly T[]> {
    const found: T[] = []
    for await (const key of keysUnder(store, `${keyOf(kind, ids)}/`)) {
      const { entry } = await store.read(key)
      if (entry !== undefined) found.push(parse(entry.value, kind))
    }
    return found
  }

  async function names(...ids: string[]): Promise<readonly string[]> {
    const prefix = `${keyOf(kind, ids)}/`
    const found: string[] = []
    for await (const key of keysUnder(store, prefix)) found.push(key.slice(prefix.length))
    return found.filter((name) => !name.includes('/'))
  }

  const nowMs = async (...ids: string[]): Promise<number> => (await read(ids)).nowMs

  return { get, create, put, replace, remove, list, names, nowMs }
}

function keyOf(kind: string, ids: readonly string[]): string {
  const foreign = ids.find((id) => !idPattern.test(id))
  if (foreign !== undefined) throw new GatewayError('record_invalid', `The name of a ${kind} has forbidden characters.`)
  return [kind, ...ids].join('/')
}

async function* keysUnder(store: Store, prefix: string): AsyncGenerator<string> {
  let cursor: string | undefined
  do {
    const page = await store.list(prefix, cursor === undefined ? {} : { cursor })
    yield* page.keys
    cursor = page.cursor
  } while (cursor !== undefined)
}

function parse<T>(value: string, kind: string): T {
  try {
    return JSON.parse(value) as T
  } catch {
    // The parser's message may quote the value, which holds secrets.
    throw new GatewayError('record_invalid', `The store holds something that is not a ${kind}.`)
  }
}
