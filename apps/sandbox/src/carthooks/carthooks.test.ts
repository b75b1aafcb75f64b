import { beforeEach, describe, expect, test } from 'vitest'
import { base, dataOf, errorOf, machineToken, userTokens } from '../../test/carthooks-client.ts'
import { callAt, read, startMs } from '../../test/play-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { carthooksApiKey } from './carthooks-manners.ts'
import type { CarthooksSnapshot } from './carthooks-tenants.ts'

let sandbox: Sandbox
let token: string
let seed: CarthooksSnapshot
/** Where the 25 orders of the seed are. */
let orders: string

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  token = (await userTokens(sandbox)).access
  seed = sandbox.control.carthooks.snapshot()
  orders = `/v1/apps/${seed.apps[0]?.id}/collections/${seed.apps[0]?.collections[0]?.id}`
})

const ask = (method: string, path: string, body?: unknown) => callAt(sandbox, token, method, base + path, body)

describe('the seed', () => {
  test('has ids of 32 bits, people, apps and collections', async () => {
    const ids = [...seed.users, ...seed.apps].map(({ id }) => id)
    expect(ids.every((id) => id > 2 ** 31 && id < 2 ** 32)).toBe(true)
    expect((await ask('GET', '/v1/apps')).body.data).toMatchObject([{ name: 'Orders' }, { name: 'Service' }])
    const { data } = (await ask('GET', `/v1/apps/${seed.apps[0]?.id}/collections`)).body
    expect(data).toMatchObject([{ name: 'Open orders' }, { name: 'Archive' }])
    expect(dataOf(await ask('GET', orders))).toEqual((data as unknown[])[0])
  })

  test('is the same for the same seed, and each tenant has its own', async () => {
    expect(createSandbox().control.carthooks.snapshot()).toEqual(seed)
    sandbox.control.accounts.add({ vendor: 'carthooks', accountKey: '42', principal: 'x@example.com' })
    expect(sandbox.control.carthooks.snapshot('42').apps[0]?.id).not.toBe(seed.apps[0]?.id)
    expect(() => sandbox.control.carthooks.snapshot('43')).toThrow('43')
  })
})

describe('an item', () => {
  test('is created, read, changed in part, and deleted', async () => {
    const created = await ask('POST', `${orders}/items`, { data: { title: 'New', f_1001: 'open', f_1002: 5 } })
    const { id } = dataOf(created)
    const item = {
      id,
      title: 'New',
      created_at: startMs / 1000,
      updated_at: startMs / 1000,
      creator: seed.users[0]?.id,
      fields: { f_1001: 'open', f_1002: 5 },
    }
    expect([created.status, created.body]).toEqual([200, { data: item, trace_id: expect.any(String) }])
    sandbox.control.clock.advance(5000)
    const path = `${orders}/items/${String(id)}`
    const changed = { ...item, updated_at: startMs / 1000 + 5, fields: { f_1001: 'done', f_1002: 5 } }
    expect(dataOf(await ask('PUT', path, { data: { f_1001: 'done' } }))).toEqual(changed)
    expect(dataOf(await ask('GET', path))).toEqual(changed)
    expect((await ask('DELETE', path)).body).toEqual({ trace_id: expect.any(String) })
    const gone = await ask('GET', path)
    expect([gone.status, errorOf(gone)]).toMatchObject([404, { code: 'NOT_FOUND', type: 'user' }])
    expect((await ask('DELETE', path)).status).toBe(404)
  })

  test('shows the fields that were chosen', async () => {
    const path = `${orders}/items/${seed.apps[0]?.collections[0]?.itemIds[0]}`
    const item = { id: expect.any(Number), title: 'Order 1', fields: { f_1001: 'done' } }
    expect(dataOf(await ask('GET', `${path}?fields=title,f_1001`))).toEqual(item)
    expect(dataOf(await ask('GET', `${path}?fields[0]=title&fields[1]=f_1001`))).toEqual(item)
  })

  test.each([[{}], [{ data: { title: 5 } }], [{ data: 'text' }]])('is not made of %j', async (body) => {
    expect((await ask('POST', `${orders}/items`, body)).status).toBe(400)
  })

  test('is in one collection, and a collection in one app', async () => {
    const [id] = seed.apps[0]?.collections[0]?.itemIds ?? []
    const archive = `/v1/apps/${seed.apps[0]?.id}/collections/${seed.apps[0]?.collections[1]?.id}`
    expect((await ask('GET', `${archive}/items/${id}`)).status).toBe(404)
    expect((await ask('GET', orders.replace(String(seed.apps[0]?.id), String(seed.apps[1]?.id)))).status).toBe(404)
    expect((await ask('GET', `${orders}/items/none`)).status).toBe(404)
  })
})

test('what a subform field holds is created, changed and deleted', async () => {
  const path = `${orders}/items/${seed.apps[0]?.collections[0]?.itemIds[0]}`
  const parts = async () => (dataOf(await ask('GET', path)).fields as { f_1004: { id: number }[] }).f_1004
  for (const name of ['Screw', 'Nut']) await ask('POST', `${path}/subform/1004`, { data: { name } })
  const [screw, nut] = await parts()
  expect([screw, nut]).toMatchObject([{ name: 'Screw' }, { name: 'Nut' }])
  await ask('PUT', `${path}/subform/1004/items/${screw?.id}`, { data: { name: 'Long screw', length: 5 } })
  await ask('DELETE', `${path}/subform/1004/items/${nut?.id}`)
  expect(await parts()).toEqual([{ id: screw?.id, name: 'Long screw', length: 5 }])
  expect((await ask('DELETE', `${path}/subform/1004/items/${nut?.id}`)).status).toBe(404)
  expect((await ask('DELETE', `${path}/subform/1009/items/${screw?.id}`)).status).toBe(404)
})

describe('a connection', () => {
  test('is created pending, changed by a word, and deleted', async () => {
    const connections = `/v1/apps/${seed.apps[0]?.id}/connections`
    const created = await ask('POST', connections, { hooklet_id: '12', title: 'Import', vendor_task_id: 'task-1' })
    const { id } = dataOf(created)
    expect(dataOf(created)).toEqual({
      id,
      tenant_id: seed.tenantId,
      app_id: seed.apps[0]?.id,
      hooklet_id: 12,
      title: 'Import',
      status: 0,
      icon_url: '',
      description: '',
      created_at: new Date(startMs).toISOString().replace('.000', ''),
      updated_at: new Date(startMs).toISOString().replace('.000', ''),
    })
    const path = `${connections}/${String(id)}`
    expect(dataOf(await ask('PUT', path, { status: 'active', icon_url: 'x' }))).toMatchObject({
      status: 1,
      icon_url: 'x',
    })
    expect(dataOf(await ask('PUT', path, { status: 'inactive', title: 'Other' }))).toMatchObject({
      status: 2,
      title: 'Other',
    })
    expect((await ask('PUT', path, { status: 'asleep' })).status).toBe(400)
    const log = dataOf(await ask('POST', `${path}/logs`, { status: 2, message: 'Done.' }))
    expect(log).toMatchObject({ connection_id: id, tenant_id: seed.tenantId, status: 2, message: 'Done.' })
    expect(dataOf(await ask('POST', `${path}/usage`, { usage: 3 }))).toMatchObject({ connection_id: id, usage: 3 })
    expect(sandbox.control.carthooks.snapshot().apps[0]?.connectionIds).toEqual([id])
    await ask('DELETE', path)
    expect((await ask('GET', path)).status).toBe(404)
  })

  test('wants a hooklet, a title and a task', async () => {
    const answer = await ask('POST', `/v1/apps/${seed.apps[0]?.id}/connections`, { title: 'Import' })
    expect([answer.status, errorOf(answer).message]).toEqual([400, expect.stringContaining('required')])
  })
})

describe('a watch', () => {
  test('is renewed by the same again, and ends', async () => {
    const place = { app_id: seed.apps[0]?.id, collection_id: seed.apps[0]?.collections[0]?.id }
    const watch = { ...place, name: 'mine', endpoint_url: 'https://queue.example.com/1', endpoint_type: 'sqs', age: 60 }
    const watches = () => sandbox.control.carthooks.snapshot().watches
    expect((await ask('POST', '/v1/watch-data', watch)).body).toMatchObject({ data: {} })
    sandbox.control.clock.advance(1000)
    await ask('POST', '/v1/watch-data', watch)
    const kept = { name: 'mine', collectionId: place.collection_id, untilMs: startMs + 61_000 }
    expect(watches()).toEqual([kept])
    await ask('POST', '/v1/watch-data', { ...watch, name: 'other' })
    await ask('DELETE', '/v1/watch-data', { ...place, name: 'other' })
    expect(watches()).toEqual([kept])
    await ask('DELETE', '/v1/watch-data', place)
    expect(watches()).toEqual([])
    expect((await ask('POST', '/v1/watch-data', { ...watch, collection_id: 1 })).status).toBe(400)
  })
})

describe('people', () => {
  test('are told who they are', async () => {
    expect(dataOf(await ask('GET', '/v1/me'))).toEqual({
      user_id: seed.users[0]?.id,
      username: 'ada.example',
      email: 'ada.example@example.com',
      tenant_id: seed.tenantId,
      tenant_name: 'Example Inc',
      is_admin: true,
      scope: ['api:user'],
    })
    expect(dataOf(await ask('GET', `/v1/users/${seed.users[1]?.id}`))).toEqual(seed.users[1])
  })

  test('are found by the token of the front end, which is a secret in a path', async () => {
    const userToken = sandbox.control.carthooks.createUserToken()
    expect(dataOf(await ask('GET', `/v1/user-token/${userToken}`))).toEqual(seed.users[0])
    expect((await ask('GET', '/v1/user-token/made-up')).status).toBe(404)
    expect(JSON.stringify(sandbox.control.ledger.entries())).not.toContain(userToken)
  })

  test('who are new to the tenant are users of it from then on', async () => {
    const account = { vendor: 'carthooks', accountKey: '2147490001', principal: 'zoe@example.com' } as const
    sandbox.control.accounts.add(account)
    token = sandbox.control.carthooks.createUserToken('zoe@example.com')
    const { user_id: id } = dataOf(await ask('GET', '/v1/me'))
    expect(sandbox.control.carthooks.snapshot().users.at(-1)).toMatchObject({ id, email: 'zoe@example.com' })
  })
})

test('addresses of forms and tokens of uploads end when they say', async () => {
  const form = dataOf(await ask('POST', `${orders}/submission-token`, { ttl: 60 }))
  expect(form).toMatchObject({ url: expect.stringContaining(String(form.token)), expires_at: '2026-11-01T00:01:00Z' })
  const upload = dataOf(await ask('POST', '/v1/uploads/token'))
  expect(upload).toMatchObject({ mode: 'aliyun-oss', token_data: { expire: startMs / 1000 + 1800 } })
  const preview = `/v1/uploads/preview?upload_id=${String(upload.id)}&file=a.pdf`
  expect((await ask('GET', preview)).status).toBe(200)
  sandbox.control.clock.advance(1_800_000)
  expect((await ask('GET', preview)).status).toBe(400)
  expect((await ask('GET', '/v1/uploads/preview?upload_id=none&file=a.pdf')).status).toBe(400)
})

describe('the pair of headers of before there were tokens', () => {
  const { key, secret } = carthooksApiKey
  const send = async (method: string, path: string, headers: Record<string, string>) =>
    (await read(await sandbox.fetch(base + path, { method, headers }))).status

  test('is taken where it was seen, and nowhere else', async () => {
    const headers = { 'X-Api-Key': key, 'X-Api-Secret': secret }
    expect(await send('GET', `${orders}/items`, headers)).toBe(200)
    expect(await send('POST', '/v1/uploads/token', headers)).toBe(200)
    expect(await send('GET', '/v1/me', headers)).toBe(401)
    expect(await send('GET', `${orders}/items`, { 'X-Api-Key': key, 'X-Api-Secret': 'wrong' })).toBe(401)
    expect(await send('GET', `${orders}/items`, { 'X-Api-Key': key })).toBe(401)
  })
})

test('every answer has a trace id of its own, an error and a missing path, too', async () => {
  token = await machineToken(sandbox)
  const answers = [await ask('GET', '/v1/me'), await ask('GET', '/v1/nothing'), await ask('PUT', '/v1/me', {})]
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 404])
  expect(new Set(answers.map(({ body }) => body.trace_id)).size).toBe(3)
  expect(errorOf(answers[1] ?? (await ask('GET', '/v1/nothing'))).code).toBe('NOT_FOUND')
})
