import { isObject } from '../check-option.ts'
import type { Told } from './api-service.ts'
import type { ApiInput } from './read-input.ts'

/** A JSON object as it goes over the wire. */
export type Json = Readonly<Record<string, unknown>>

export type Handler<Ask> = (ask: Ask) => Told

/** Handlers by operation id. */
export type Handlers<Ask> = Readonly<Record<string, Handler<Ask>>>

/** Finds who plays an operation; that nobody does is a defect of ours. */
export function requireHandler<Ask>(handlers: Handlers<Ask>, operation: string): Handler<Ask> {
  const handler = Object.hasOwn(handlers, operation) ? handlers[operation] : undefined
  if (handler === undefined) throw new Error(`Nobody plays ${operation}.`)
  return handler
}

/** Done, with a body or without one. */
export function ok(body?: unknown): Told {
  return { status: 200, body }
}

export function created(body: unknown): Told {
  return { status: 201, body }
}

export const noContent: Told = { status: 204 }

/** Returns a member of the path. */
export function pathOf({ path }: ApiInput, name: string): string {
  return path[name] ?? ''
}

/** Returns the body as an object; the specification has checked its members. */
export function bodyOf({ body }: ApiInput): Json {
  return isObject(body) ? body : {}
}

/** Returns a parameter of the query that the specification says is a string. */
export function queryText({ query }: ApiInput, name: string): string | undefined {
  const value = query[name]
  return typeof value === 'string' ? value : undefined
}

/** Returns a parameter of the query that the specification says is a number. */
export function queryNumber({ query }: ApiInput, name: string): number | undefined {
  const value = query[name]
  return typeof value === 'number' ? value : undefined
}

/** Returns a member of the body that the specification says is a string. */
export function textOf(body: Json, name: string): string {
  return String(body[name])
}

/** Returns the members of `body` that are named, without those that are not there. */
export function pick(body: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]))
}

/** Copies without the members that are named, which must be optional ones. */
export function omit<T extends Json>(value: T, names: readonly string[]): T {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as T
}

/** Copies without members that are `undefined`: the wire knows none. */
export function compact(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))
}

/** Tells whether a text is the IANA name of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
