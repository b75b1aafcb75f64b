import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { accountKey, call, signIn, startMs } from '../../test/play-client.ts'
import type { VoiceSnapshot } from './phone-systems.ts'

let sandbox: Sandbox
let token: string
let seed: VoiceSnapshot

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  token = (await signIn(sandbox)).access
  seed = sandbox.control.voice.snapshot()
})

const ask = (method: string, path: string, body?: unknown) => call(sandbox, token, method, path, body)
const list = (path: string) => ask('GET', `${path}${path.includes('?') ? '&' : '?'}accountKey=${accountKey}`)

async function items(path: string): Promise<Readonly<Record<string, unknown>>[]> {
  const { body } = await list(path)
  return body.items as Readonly<Record<string, unknown>>[]
}

describe('a list', () => {
  async function walk(path: string, pageSize?: number): Promise<{ sizes: number[]; ids: unknown[] }> {
    const [sizes, ids]: [number[], unknown[]] = [[], []]
    let marker: unknown
    do {
      const query = new URLSearchParams({ accountKey })
      if (pageSize !== undefined) query.set('pageSize', String(pageSize))
      if (typeof marker === 'string') query.set('pageMarker', marker)
      const { body } = await ask('GET', `${path}?${query}`)
      const page = body.items as { id: unknown }[]
      sizes.push(page.length)
      ids.push(...page.map((item) => item.id))
      marker = body.nextPageMarker
    } while (marker !== undefined)
    return { sizes, ids }
  }

  test('has pages of 50 unless asked otherwise, and every item once', async () => {
    sandbox.control.voice.addExtensions({ count: 260 })
    const all = await walk('/extensions')
    expect(all.sizes).toEqual([50, 50, 50, 50, 50, 32])
    expect(new Set(all.ids).size).toBe(282)
    expect((await walk('/extensions', 100)).sizes).toEqual([100, 100, 82])
  })

  test('of exactly one page has no marker', async () => {
    sandbox.control.voice.addExtensions({ count: 28 })
    expect(await list('/extensions')).toMatchObject({ status: 200 })
    expect((await list('/extensions')).body).not.toHaveProperty('nextPageMarker')
  })

  test('whatever the page size, the pages make the whole list', async () => {
    const whole = await walk('/extensions', 1000)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (pageSize) => {
        expect((await walk('/extensions', pageSize)).ids).toEqual(whole.ids)
      }),
      { numRuns: 20 },
    )
  })

  test('skips and repeats nothing when an item of an earlier page goes', async () => {
    const first = (await list('/extensions?pageSize=10')).body
    const [gone] = first.items as { id: string }[]
    await ask('DELETE', `/extensions/${gone?.id}`)
    const second = await items(`/extensions?pageSize=10&pageMarker=${String(first.nextPageMarker)}`)
    expect(second.map((extension) => extension.id)).toEqual(seed.extensions.slice(10, 20).map(({ id }) => id))
  })

  test.each([
    ['pageSize=0', 'pageSize'],
    ['pageSize=-1', 'pageSize'],
    ['pageSize=many', 'pageSize'],
    ['pageSize=', 'pageSize'],
    ['pageSize=1&pageSize=2', 'pageSize'],
    ['pageMarker=made-up', 'pageMarker'],
    ['pageMarker=%25zz', 'pageMarker'],
  ])('refuses %s and names the field', async (query, field) => {
    expect(await list(`/extensions?${query}`)).toMatchObject({
      status: 400,
      body: { errorCode: 'BAD_REQUEST', constraintViolations: [{ field, constraint: 'INVALID' }] },
    })
  })

  test('refuses the marker of another list', async () => {
    const { body } = await list('/extensions?pageSize=1')
    expect(await list(`/devices?pageMarker=${String(body.nextPageMarker)}`)).toMatchObject({ status: 400 })
  })
})
