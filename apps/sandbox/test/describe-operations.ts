import { beforeEach, describe, expect, test } from 'vitest'
import { loadApiSpec } from '../src/api/api-spec.ts'
import { createSandbox, type Sandbox } from '../src/sandbox.ts'
import { describeCoverage } from './describe-coverage.ts'
import { type Answer, callAt, signIn, startMs } from './play-client.ts'

/** A request, without method and path: those stand in the specification. */
export interface Sample {
  readonly path?: Readonly<Record<string, string | number>>
  readonly query?: string
  readonly body?: unknown
}

export type Samples = Readonly<Record<string, Sample>>

export interface PlayedApi {
  /** Name of the specification. */
  readonly name: string
  /** Where the API is, with its base path. */
  readonly base: string
  /** How many operations it has. */
  readonly operations: number
  /** The operation that the authorization server answers, where the document has it among those of the API. */
  readonly tokenOperation?: string
  /** A request of each operation that must succeed, made of what the sandbox holds. */
  samples(sandbox: Sandbox, token: string): Promise<Samples>
  /** Gets a token that may do everything. */
  signIn(sandbox: Sandbox): Promise<string>
  /** Gets a token of another vendor. */
  signInElsewhere(sandbox: Sandbox): Promise<string>
  readonly withoutToken: { readonly status: number; readonly body: object }
  /** What a token gets whose scopes suffice for nothing here; absent where there are no scopes. */
  readonly withoutScope?: { readonly status: number; readonly body: object }
}

/** Proves of every operation that it succeeds, that it refuses, and that each answer is one the specification allows. */
export function describeOperations(api: PlayedApi): void {
  const spec = loadApiSpec(api.name)
  const played = spec.operations.filter(({ id }) => id !== api.tokenOperation)
  const ids = played.map(({ id }) => id)
  let sandbox: Sandbox
  let token: string

  function ask(id: string, { path = {}, query = '', body }: Sample): Promise<Answer> {
    const operation = spec.operations.find((each) => each.id === id)
    const filled = (operation?.path ?? '').replace(/\{(\w+)\}/g, (_, name: string) => String(path[name] ?? '999'))
    return callAt(sandbox, token, operation?.method ?? '', `${api.base}${filled}${query}`, body)
  }

  async function sampleOf(id: string): Promise<Sample> {
    const samples = await api.samples(sandbox, token)
    expect(Object.keys(samples).filter((name) => !ids.includes(name))).toEqual([])
    return samples[id] ?? {}
  }

  beforeEach(async () => {
    sandbox = createSandbox({ startMs })
    token = await api.signIn(sandbox)
  })

  describe(`every operation of ${api.name}`, () => {
    test(`is played: ${api.operations} of ${api.operations}`, () => {
      expect(spec.operations).toHaveLength(api.operations)
      expect(new Set(ids).size).toBe(api.operations - (api.tokenOperation === undefined ? 0 : 1))
    })

    test.each(ids)('%s succeeds with an answer that the specification allows', async (id) => {
      const answer = await ask(id, await sampleOf(id))
      const documented = spec.operations.find((each) => each.id === id)?.answers
      expect(answer).toMatchObject({ status: expect.toSatisfy((status: number) => status >= 200 && status < 300) })
      expect([...(documented?.keys() ?? [])]).toContain(answer.status)
      expect(sandbox.control.ledger.entries({ api: api.name, operation: id }).at(-1)).toMatchObject({ processed: true })
    })

    test.each(ids)('%s refuses a call without a token', async (id) => {
      token = ''
      expect(await ask(id, {})).toMatchObject(api.withoutToken)
    })

    test.each(ids)('%s refuses a token of another vendor', async (id) => {
      token = await api.signInElsewhere(sandbox)
      expect(await ask(id, {})).toMatchObject(api.withoutToken)
    })

    const scoped = api.withoutScope === undefined ? [] : ids
    test.each(scoped)('%s refuses a token without its scope', async (id) => {
      token = (await signIn(sandbox, { scope: 'voice-admin.v1.read' })).access
      expect(await ask(id, {})).toMatchObject(api.withoutScope ?? {})
    })

    const withId = played.filter(({ path, answers }) => /\{(?!accountKey)/.test(path) && answers.has(404))
    test.each(withId.map(({ id }) => id))('%s answers 404 for an id nobody has', async (id) => {
      const { path = {}, ...sample } = await sampleOf(id)
      const accountKey = path.accountKey === undefined ? {} : { accountKey: path.accountKey }
      expect((await ask(id, { ...sample, path: accountKey })).status).toBe(404)
    })

    const withBody = played.filter(({ body }) => body !== undefined).map(({ id }) => id)
    test.each(withBody)('%s refuses a body that is no JSON, no object, or missing', async (id) => {
      const sample = await sampleOf(id)
      for (const body of ['{"name": ', '[]', '"text"', 'null', '\uFFFF', undefined]) {
        expect((await ask(id, { ...sample, body })).status).toBe(400)
      }
    })
  })

  test.each([
    ['GET', '/nothing/here'],
    ['PUT', '/nothing'],
    ['OPTIONS', played[0]?.path.replace(/\{\w+\}/g, '1') ?? ''],
  ])(`%s %s of ${api.name} is answered 404 in the vendor’s shape`, async (method, path) => {
    const answer = await callAt(sandbox, token, method, api.base + path)
    expect(answer.status).toBe(404)
    expect(Object.keys(answer.body).length).toBeGreaterThan(0)
  })

  describeCoverage({ ...api, spec, current: () => sandbox })
}
