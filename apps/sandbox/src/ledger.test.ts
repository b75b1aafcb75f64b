import { describe, expect, test } from 'vitest'
import { approveAuthorization } from './approve-authorization.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import {
  accountKey,
  api,
  authorizationUrl,
  basic,
  call,
  exchange,
  getCode,
  origin,
  post,
  refresh,
  signIn,
  startMs,
} from '../test/play-client.ts'

/** A little of everything, in one order. */
async function play(sandbox: Sandbox): Promise<void> {
  const { faults, clock } = sandbox.control
  const tokens = await signIn(sandbox)
  await call(sandbox, tokens.access, 'GET', `/extensions?accountKey=${accountKey}&pageSize=5`)
  await call(sandbox, tokens.access, 'POST', '/extensions', { accountKey, name: 'New', number: '1999' })
  faults.add({ match: { kind: 'token' }, type: 'lost', processed: true })
  await refresh(sandbox, tokens.refresh).catch(() => undefined)
  await refresh(sandbox, tokens.refresh)
  clock.advance(3_600_000)
  await call(sandbox, tokens.access, 'GET', `/extensions?accountKey=${accountKey}`)
  await post(sandbox, '/oauth/introspect', { token: tokens.refresh })
  await post(sandbox, '/oauth/revoke', { token: tokens.refresh })
  await sandbox.fetch(`${origin}/nowhere`)
}

const ledgerOf = (sandbox: Sandbox) => JSON.stringify(sandbox.control.ledger.entries())

test('the same seed and the same calls give the same ledger, byte for byte', async () => {
  const [one, same, other] = ['a', 'a', 'b'].map((seed) => createSandbox({ seed, startMs, rotation: 'strict' }))
  for (const sandbox of [one, same, other]) await play(sandbox as Sandbox)
  expect(ledgerOf(one as Sandbox)).toBe(ledgerOf(same as Sandbox))
  expect(ledgerOf(one as Sandbox)).not.toBe(ledgerOf(other as Sandbox))
})

test('a reset gives the same ledger once more', async () => {
  const sandbox = createSandbox({ startMs, rotation: 'strict' })
  await play(sandbox)
  const first = ledgerOf(sandbox)
  sandbox.control.setRotation('none')
  sandbox.control.reset()
  expect(sandbox.control.ledger.entries()).toEqual([])
  expect(sandbox.control.clock.nowMs()).toBe(startMs)
  await play(sandbox)
  expect(ledgerOf(sandbox)).toBe(first)
})

test('the order is the one in which calls arrived, and each says what was asked and answered', async () => {
  const sandbox = createSandbox({ startMs, rotation: 'strict' })
  await play(sandbox)
  const story = sandbox.control.ledger
    .entries()
    .map(({ seq, operation, status, stage, error }) => [seq, operation, status ?? stage, error ?? ''].join(' ').trim())
  expect(story).toEqual([
    '1 authorize 200',
    '2 decideAuthorization 303',
    '3 token 200',
    '4 listExtensions 200',
    '5 createExtension 201',
    '6 token lost',
    '7 token 400 invalid_grant',
    '8 listExtensions 401 AUTHN_INVALID_TOKEN',
    '9 introspect 200',
    '10 revoke 200',
    '11 unknown 404 NOT_FOUND',
  ])
  expect(sandbox.control.ledger.summary()).toEqual({
    calls: 11,
    tokenRequests: 3,
    refreshRequests: 2,
    reuse: 1,
    spentInGrace: 0,
    invalidGrant: 1,
    families: 1,
    apiCalls: 3,
    apiByStatus: { 200: 1, 201: 1, 401: 1 },
    lost: 1,
    cut: 0,
    faults: 1,
  })
})

test('a part of it can be picked, and a copy of it changed without harm', async () => {
  const { control, ...sandbox } = createSandbox({ startMs })
  await signIn({ control, ...sandbox })
  expect(control.ledger.summary({ afterSeq: 2 }).calls).toBe(1)
  const [entry] = control.ledger.entries({ kind: 'token' })
  expect(entry).toMatchObject({ clientId: 'sandbox-client', account: accountKey, grantType: 'authorization_code' })
  if (entry !== undefined) entry.status = 999
  expect(control.ledger.entries({ status: 999 })).toEqual([])
})

describe('waiting for a call', () => {
  test('ends with one that was there before', async () => {
    const sandbox = createSandbox({ startMs })
    await signIn(sandbox)
    expect(await sandbox.control.ledger.waitFor({ kind: 'token' })).toMatchObject({ seq: 3 })
  })

  test('ends with one that comes later', async () => {
    const sandbox = createSandbox({ startMs })
    const waited = sandbox.control.ledger.waitFor((entry) => entry.kind === 'token' && entry.status === 200)
    await signIn(sandbox)
    expect(await waited).toMatchObject({ seq: 3, issuedRefreshToken: { generation: 1 } })
  })

  test('ends as soon as it is known who calls, before anything is done', async () => {
    const sandbox = createSandbox({ startMs })
    const tokens = await signIn(sandbox)
    const waited = sandbox.control.ledger.waitFor({ grantType: 'refresh_token', stage: 'arrived' })
    const [entry] = await Promise.all([waited, refresh(sandbox, tokens.refresh)])
    expect(entry).toMatchObject({ account: accountKey, processed: false, presented: { verdict: 'not_judged' } })
  })

  test('fails in time, and when the sandbox is closed', async () => {
    const sandbox = createSandbox({ startMs })
    const late = sandbox.control.ledger.waitFor({ kind: 'token' }, 1)
    await expect(late).rejects.toMatchObject({ code: 'wait_timeout', retryable: true })
    const closed = sandbox.control.ledger.waitFor({ kind: 'token' })
    await Promise.all([sandbox.close(), expect(closed).rejects.toMatchObject({ code: 'sandbox_closed' })])
  })
})

test('no secret gets into the ledger, the pending faults or the list of clients, wherever it is put', async () => {
  const marker = 'CANARY-7c1f9e-this-must-never-be-written-down'
  const client = { id: 'canary', secret: marker, redirectUris: ['http://localhost:8080/callback'] }
  const sandbox = createSandbox({ startMs, rotation: 'strict', clients: [client] })
  const { fetch } = sandbox
  const form = { client_id: marker, client_secret: marker, code: marker, refresh_token: marker, token: marker }
  for (const grantType of ['authorization_code', 'refresh_token', 'client_credentials', marker]) {
    await post(sandbox, '/oauth/token', { ...form, grant_type: grantType }, {})
    await post(sandbox, '/oauth/token', { ...form, grant_type: grantType }, basic(client))
    await post(sandbox, '/oauth/token', { grant_type: grantType, refresh_token: marker }, basic(client))
  }
  for (const path of ['/oauth/revoke', '/oauth/introspect']) await post(sandbox, path, { token: marker }, basic(client))
  await fetch(`${api}/extensions/${marker}?accountKey=${marker}&access_token=${marker}`, {
    headers: { authorization: `Bearer ${marker}` },
  })
  await fetch(`${origin}/${marker}?x=${marker}`, { headers: { authorization: marker, cookie: marker } })
  await fetch(authorizationUrl({ client_id: marker, state: marker }))
  await approveAuthorization(fetch, authorizationUrl({ client_id: 'canary', state: marker }))

  const tokens = await signIn(sandbox)
  const code = await getCode(sandbox)
  const second = await exchange(sandbox, code)
  const rotated = await refresh(sandbox, tokens.refresh)
  await refresh(sandbox, tokens.refresh)
  await call(sandbox, tokens.access, 'GET', `/extensions/${rotated.access}`)

  const { ledger, faults, clients } = sandbox.control
  const written = JSON.stringify([ledger.entries(), ledger.summary(), faults.pending(), clients.list()])
  for (const secret of [marker, 'sandbox-secret', code, tokens, second, rotated].flatMap((each) =>
    typeof each === 'string' ? [each] : [each.access, each.refresh],
  )) {
    expect(secret).not.toBe('')
    expect(written).not.toContain(secret)
  }
  expect(ledger.entries({ grantType: 'refresh_token' }).some((entry) => entry.presented?.verdict === 'unknown')).toBe(
    true,
  )
})
