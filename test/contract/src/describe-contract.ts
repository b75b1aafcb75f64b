import {
  isApiError,
  unwrap,
  type ApiClientOptions,
  type ApiDefinition,
  type ApiError,
  type BodyPath,
} from '@grantkit/api-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mockApi, type MockApi } from './mock-api.ts'
import { readSpec, type DocumentedAnswer } from './read-spec.ts'

/** What a call of a client gives. */
export interface Outcome {
  readonly data?: unknown
  readonly error?: unknown
  readonly response: Response
}

export interface Contract<Client> {
  readonly definition: ApiDefinition<string>
  create(options: ApiClientOptions): Client
  /** One valid call of every operation, written as a user would write it. */
  readonly calls: Readonly<Record<string, (client: Client) => Promise<Outcome>>>
  /** What a call gives of a documented body. Default: the body. */
  readonly dataIn?: (body: unknown) => unknown
  /** What a failed call gives of one. Default: the body. */
  readonly errorIn?: (body: unknown) => unknown
}

const whole = (body: unknown): unknown => body

const token = { value: 'a-token', scopes: [] }

/**
 * Tests every operation of a specification on a server that plays it: a valid call is taken and its answer parsed, and
 * each documented error is mapped. The server validates requests by the document, with code that is not ours.
 */
export function describeContract<Client>(contract: Contract<Client>): void {
  const { definition, create, calls, dataIn = whole, errorIn = whole } = contract
  const { document, operations } = readSpec(definition.id)
  const ids = [...operations.keys()].toSorted()
  const covered = Object.keys(calls).length
  const seen = new Set<string>()
  let api: MockApi

  beforeAll(async () => {
    api = await mockApi(document)
  })
  afterAll(() => api[Symbol.asyncDispose]())

  /** Calls an operation at the server, which is asked for one of its documented answers. */
  function callFor(id: string, status: string): Promise<Outcome> {
    const client = create({
      connection: { audience: [api.origin], accessToken: () => Promise.resolve(token) },
      baseUrl: api.origin,
      retry: { maxRetries: 0 },
      observe: ({ operationId }) => seen.add(operationId ?? 'unknown'),
      fetch: (input, init) => {
        const request = new Request(input, init)
        request.headers.set('prefer', `code=${status.replace('2XX', '200')}`)
        return fetch(request)
      },
    })
    const call = calls[id]
    if (call === undefined) throw new Error(`There is no call of ${id}.`)
    return call(client)
  }

  describe('every operation of the specification', () => {
    it('is in the generated table, and has a call here', () => {
      expect(Object.keys(definition.operations).toSorted()).toEqual(ids)
      expect(Object.keys(calls).toSorted()).toEqual(ids)
    })

    it.each(ids)('%s is sent as documented, and each success is parsed', async (id) => {
      for (const { status, example } of answersOf(id, /^2/)) {
        const { data, error, response } = await callFor(id, status)
        expect(error, `refused: ${response.headers.get('sl-violations')}`).toBeUndefined()
        expect(String(response.status)).toMatch(new RegExp(`^${status.replaceAll('X', '.')}$`))
        expect(asText(data)).toEqual(asText(dataIn(example)))
      }
    })

    it.each(ids)('%s maps each documented error', async (id) => {
      const errors = answersOf(id, /^[45]/)
      expect(errors.map(({ status }) => status)).toEqual(expect.arrayContaining(['401', '403', '429', '500']))
      for (const { status, example } of errors) {
        const result = await callFor(id, status)
        const documented = errorIn(example)
        expect(result.error).toEqual(documented)
        const error = failureOf(() => unwrap(result as Parameters<typeof unwrap>[0]))
        expect(isApiError(error, codeIn(documented) ?? `http_${status}`)).toBe(true)
        expect(error).toMatchObject({ api: definition.id, operationId: id, status: Number(status) })
        expect((error as ApiError).requestId).toBe(textAt(documented, definition.errors?.requestId))
      }
    })

    it(`was called: operations covered / operations in the specification = ${covered} / ${ids.length} = ${covered / ids.length}`, () => {
      expect([...seen].toSorted()).toEqual(ids)
    })
  })

  function answersOf(id: string, status: RegExp): readonly DocumentedAnswer[] {
    return (operations.get(id) ?? []).filter((answer) => status.test(answer.status))
  }

  /** The definition names one place, or several. */
  function codeIn(example: unknown): string | undefined {
    const places = definition.errors?.code ?? []
    const paths = places.every((place) => Array.isArray(place)) ? places : [places as BodyPath]
    return paths.map((path) => textAt(example, path)).find((code) => code !== undefined)
  }
}

/** Numbers as their digits: 64-bit integers are strings for the caller. */
function asText(value: unknown): unknown {
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return value.map(asText)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asText(member)]))
}

function textAt(body: unknown, path: BodyPath = []): string | undefined {
  const value = path.reduce<unknown>(
    (at, member) => (at as Record<string | number, unknown> | undefined)?.[member],
    body,
  )
  return typeof value === 'string' ? value : undefined
}

function failureOf(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
