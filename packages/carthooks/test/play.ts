import type { Connection } from '@grantkit/auth-core'
import { directToken } from '@grantkit/auth-core/direct-token'
import { createFakeClock, scriptedFetch, type ScriptedAnswer } from '@grantkit/auth-core/testing'
import { carthooks, createCarthooks, type Carthooks, type CarthooksOptions } from '../src/index.ts'

export const token = 'canary-direct-token'

export interface Play {
  readonly api: Carthooks
  readonly fetch: ReturnType<typeof scriptedFetch>
  readonly connection: Connection
  /** Method and address of every request, percent-decoded. */
  requests(): string[]
}

/** A client of the API whose answers are scripted. */
export function play(answers: readonly ScriptedAnswer[], options: Partial<CarthooksOptions> = {}): Play {
  const fetch = scriptedFetch(answers)
  const connection = directToken(carthooks, token)
  const api = createCarthooks({ connection, fetch, clock: createFakeClock(), ...options })
  const requests = () => fetch.requests.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`)
  return { api, fetch, connection, requests }
}

/** An answer of the API. */
export function envelope(data: unknown, more: object = {}): Response {
  return Response.json({ data, trace_id: 'trace-1', ...more })
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
