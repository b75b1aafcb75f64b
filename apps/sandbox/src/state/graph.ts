import { collectionKind } from '../api/collection.ts'

/**
 * State as JSON, and back. An object that stands in two places is written once, so that it is one object again
 * afterwards; what JSON has no word for stands in an object with one member, whose name begins with `$`.
 */

/** The place where an object was written first. */
const again = '$again'

/** A type that is more than its members: how it is told, and how it is made of them. */
export interface Kind<T, Members> {
  readonly name: string
  is(value: unknown): value is T
  members(value: T): Members
  make(members: Members): T
}

const mapKind: Kind<ReadonlyMap<unknown, unknown>, readonly (readonly [unknown, unknown])[]> = {
  name: '$map',
  is: (value) => value instanceof Map,
  members: (map) => [...map],
  make: (entries) => new Map(entries),
}

const setKind: Kind<ReadonlySet<unknown>, readonly unknown[]> = {
  name: '$set',
  is: (value) => value instanceof Set,
  members: (set) => [...set],
  make: (members) => new Set(members),
}

/** For members whose names begin as ours do. */
const recordKind: Kind<object, readonly (readonly [string, unknown])[]> = {
  name: '$record',
  is: (value): value is object => Object.keys(value as object).some((name) => name.startsWith('$')),
  members: (record) => Object.entries(record),
  make: (entries) => Object.fromEntries(entries),
}

interface AnyKind {
  readonly name: string
  is(value: unknown): boolean
  members(value: never): unknown
  make(members: never): unknown
}

const kinds: readonly AnyKind[] = [mapKind, setKind, collectionKind, recordKind]

/** Writes a value as JSON. Throws where it meets something that is no data, such as a function. */
export function writeGraph(value: unknown): unknown {
  const places = new Map<object, string>()

  function write(each: unknown, place: string): unknown {
    if (typeof each !== 'object' || each === null) return writePlain(each, place)
    const first = places.get(each)
    if (first !== undefined) return { [again]: first }
    places.set(each, place)
    if (Array.isArray(each)) return each.map((member, index) => write(member, `${place}/${index}`))
    const kind = kinds.find((known) => known.is(each))
    if (kind !== undefined) return { [kind.name]: write(kind.members(each as never), `${place}/${kind.name}`) }
    return mapMembers(each, (member, name) => write(member, `${place}/${name}`))
  }

  return write(value, '')
}

/** Makes the value that was written. */
export function readGraph(written: unknown): unknown {
  const made = new Map<string, unknown>()

  function keep<T>(place: string, value: T): T {
    made.set(place, value)
    return value
  }

  function read(each: unknown, place: string): unknown {
    if (typeof each !== 'object' || each === null) return each
    if (Array.isArray(each))
      return keep(
        place,
        each.map((member, index) => read(member, `${place}/${index}`)),
      )
    const [name = '', members] = Object.entries(each)[0] ?? []
    if (name === again) return findMade(members)
    if (Object.hasOwn(plain, name)) return plain[name]
    const kind = kinds.find((known) => known.name === name)
    if (kind !== undefined) return keep(place, kind.make(read(members, `${place}/${name}`) as never))
    return keep(
      place,
      mapMembers(each, (member, key) => read(member, `${place}/${key}`)),
    )
  }

  function findMade(place: unknown): unknown {
    if (typeof place === 'string' && made.has(place)) return made.get(place)
    throw new TypeError(`Nothing was written at ${String(place)}.`)
  }

  return read(written, '')
}

/** What JSON would leave out or change. */
const plain: Readonly<Record<string, unknown>> = { $undefined: undefined, $infinity: Number.POSITIVE_INFINITY }

function writePlain(value: unknown, place: string): unknown {
  const word = Object.keys(plain).find((name) => plain[name] === value)
  if (word !== undefined) return { [word]: true }
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value
  throw new TypeError(`A ${typeof value} cannot be kept: ${place}.`)
}

function mapMembers(record: object, change: (member: unknown, name: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, member]) => [name, change(member, name)]))
}
