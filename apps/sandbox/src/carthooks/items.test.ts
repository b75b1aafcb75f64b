import { beforeEach, describe, expect, test } from 'vitest'
import { base, dataOf, errorOf, userTokens } from '../../test/carthooks-client.ts'
import { callAt, startMs } from '../../test/play-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

let sandbox: Sandbox
let token: string
/** Where the 25 orders of the seed are, and the first of them. */
let orders: string
let path: string

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  token = (await userTokens(sandbox)).access
  const [app] = sandbox.control.carthooks.snapshot().apps
  const [collection] = app?.collections ?? []
  orders = `/v1/apps/${app?.id}/collections/${collection?.id}`
  path = `${orders}/items/${collection?.itemIds[0]}`
})

type Row = { readonly title: string; readonly fields: Readonly<Record<string, unknown>> }

const ask = (method: string, url: string, body?: unknown) => callAt(sandbox, token, method, base + url, body)

async function titles(query: string): Promise<string[]> {
  const { status, body } = await ask('GET', `${orders}/items?${query}`)
  expect(status).toBe(200)
  return (body.data as Row[]).map(({ title }) => title)
}

describe('a list of items', () => {
  test('is walked by position and by page, and says where it is', async () => {
    const page = async (query: string) => (await ask('GET', `${orders}/items?${query}`)).body
    expect(await page('')).toMatchObject({
      data: { length: 20 },
      meta: { pagination: { page: 1, pageSize: 20, total: 25, totalPages: 2 } },
    })
    expect(await titles('pagination[start]=10&pagination[limit]=3')).toEqual(['Order 11', 'Order 12', 'Order 13'])
    expect(await page('pagination[page]=3&pagination[pageSize]=10')).toMatchObject({
      data: { length: 5 },
      meta: { pagination: { page: 3, pageSize: 10, total: 25, totalPages: 3 } },
    })
    const encoded = `${encodeURIComponent('pagination[page]')}=25&${encodeURIComponent('pagination[pageSize]')}=1`
    expect(await titles(encoded)).toEqual(['Order 25'])
    expect(await titles('pagination[start]=99')).toEqual([])
  })

  test.each([
    ['filters[f_1001][$eq]=done&filters[f_1002][$lte]=40', ['Order 1', 'Order 4']],
    ['filters[f_1002][$gt]=230', ['Order 24', 'Order 25']],
    ['filters[f_1002][$gte]=230&filters[f_1001][$ne]=done', ['Order 23', 'Order 24']],
    ['filters[title][$like]=Order%25', 20],
    ['filters[title][$like]=%25r%201%25', 11],
    ['filters[title][$like]=%255', ['Order 5', 'Order 15', 'Order 25']],
    ['filters[title][$like]=Order', []],
    [`filters[created_at][$lte]=${Date.UTC(2025, 0, 16) / 1000}`, ['Order 1']],
    ['filters[f_9999][$eq]=x', []],
    ['filters[f_9999][$ne]=x', 20],
    ['filters[__proto__][$ne]=x&filters[constructor][$eq]=x', []],
  ])('is filtered by %s', async (query, wanted) => {
    const found = await titles(query)
    expect(Array.isArray(wanted) ? found : found.length).toEqual(wanted)
  })

  test.each([
    'filters[f_1001]=open',
    'filters[f_1001][$in]=open',
    'filters[f_1001][$eq]=a&filters[f_1001][$eq]=b',
    'filters[f_1001][$eq]=a&filters[f_1001][$eq][x]=b',
    'pagination[limit]=0',
    'pagination[limit]=many',
    'pagination[page]=0&pagination[pageSize]=5',
    'pagination[start]=-1',
  ])('is refused for %s', async (query) => {
    const answer = await ask('GET', `${orders}/items?${query}`)
    expect([answer.status, errorOf(answer)]).toEqual([400, { message: expect.any(String), type: 'user' }])
  })

  test.each([
    ['sort=f_1002:desc', 'Order 25'],
    ['sort=f_1002', 'Order 1'],
    ['sort[0]=f_1001&sort[1]=f_1002:desc', 'Order 25'],
    ['sort=f_1001:desc&sort=created_at:desc', 'Order 24'],
    ['sort=title:desc', 'Order 9'],
  ])('is sorted by %s', async (query, first) => {
    expect((await titles(query))[0]).toBe(first)
  })

  test('is asked for in a body, too', async () => {
    const body = {
      filters: { f_1001: { $eq: 'done' }, f_1002: { $gt: 100 } },
      sort: ['f_1002:desc'],
      pagination: { page: 2, pageSize: 2, withCount: true },
      fields: ['title'],
    }
    const answer = await ask('POST', `${orders}/items/query`, body)
    expect(answer.body).toMatchObject({
      data: [
        { title: 'Order 19', fields: {} },
        { title: 'Order 16', fields: {} },
      ],
      meta: { pagination: { page: 2, pageSize: 2, total: 5, totalPages: 3 } },
    })
    expect((await ask('POST', `${orders}/items/query`, { filters: { f_1001: { $lt: 1 } } })).status).toBe(400)
  })
})

describe('a lock', () => {
  const lock = (url: string, lockId?: string, more: object = {}) =>
    ask('POST', url, lockId === undefined ? more : { lockId, ...more })

  test('keeps others out until it is opened or ends', async () => {
    expect((await lock(`${path}/lock`, 'a', { lockTimeout: 60, lockSubject: 'Import' })).status).toBe(200)
    expect((await lock(`${path}/lock`, 'b')).status).toBe(400)
    expect((await lock(`${path}/unlock`, 'b')).status).toBe(400)
    expect((await lock(`${path}/lock`, 'a', { lockTimeout: 60 })).status).toBe(200)
    sandbox.control.clock.advance(60_000)
    expect((await lock(`${path}/lock`, 'b')).status).toBe(200)
    expect((await lock(`${path}/unlock`, 'b')).status).toBe(200)
    expect((await lock(`${path}/lock`)).status).toBe(200)
    expect((await lock(`${path}/unlock`, 'a')).status).toBe(400)
    expect((await lock(`${path}/unlock`)).status).toBe(200)
  })

  test('leaves the record as it is, and can be asked for in lists', async () => {
    const before = dataOf(await ask('GET', path))
    sandbox.control.clock.advance(1000)
    await lock(`${path}/lock`, 'a')
    expect(dataOf(await ask('GET', path))).toEqual(before)
    expect(await titles('unlockedOrLockedBy=b')).not.toContain('Order 1')
    expect(await titles('unlockedOrLockedBy=a')).toContain('Order 1')
    expect(await titles('')).toContain('Order 1')
  })
})
