import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '@grantkit/auth-core'
import { createSqliteStore, type SqliteStore } from '@grantkit/auth-core/stores/sqlite'
import { shiftedStore } from '@grantkit/auth-core/testing'
import { createSandbox } from '@grantkit/sandbox'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startOidcServer } from '../oidc/oidc-server.ts'
import { createComposedApp, providerNames, tokenRequests, type ComposedApp, type World } from './composed-app.ts'

// Longer than any access token lives, and shorter than any refresh token.
const dayMs = 25 * 3_600_000
const callers = 20
const oneEach = { goto: 1, google: 1, carthooks: 1, own: 1 }

let world: World
let folder: string
let file: SqliteStore
let store: Store
let nowOffsetMs = 0

beforeEach(async () => {
  nowOffsetMs = 0
  folder = mkdtempSync(join(tmpdir(), 'grantkit-one-store-'))
  file = createSqliteStore({ path: join(folder, 'grants.sqlite') })
  store = shiftedStore(file, { nowOffsetMs: () => nowOffsetMs })
  world = { sandbox: createSandbox(), own: await startOidcServer() }
  world.sandbox.control.setRotation({ vendor: 'goto', rotation: 'strict' })
})

afterEach(async () => {
  await Promise.all([world.sandbox.close(), world.own.close(), file.close()])
  rmSync(folder, { recursive: true })
})

async function connectOnce(): Promise<void> {
  await using app = createComposedApp(world, store)
  await app.connect()
}

function passDay(): void {
  nowOffsetMs += dayMs
  world.sandbox.control.clock.advance(dayMs)
}

/** Calls every API of every app given, many times at once; gives the statuses there were. */
async function callAll(apps: readonly ComposedApp[]): Promise<number[]> {
  const calls = apps.flatMap(({ call }) => providerNames.flatMap((name) => Array.from({ length: callers }, call[name])))
  const answers = await Promise.all(calls)
  return [...new Set(answers.map(({ response }) => response.status))]
}

/** The token requests that some work takes, by provider. */
async function countWhile(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = tokenRequests(world)
  await work()
  const after = tokenRequests(world)
  return Object.fromEntries(providerNames.map((name) => [name, after[name] - before[name]]))
}

test('signing in at four providers takes one token request at each', async () => {
  expect(await countWhile(connectOnce)).toEqual(oneEach)
})

test('four providers refresh on their own, once each, for all callers of two apps on the store', async () => {
  await connectOnce()
  passDay()
  await using first = createComposedApp(world, store)
  await using second = createComposedApp(world, store)
  expect(
    await countWhile(async () => {
      expect(await callAll([first, second])).toEqual([200])
    }),
  ).toEqual(oneEach)
  // And the next day again, by the refresh tokens that came: none was lost, none was spent twice.
  passDay()
  await using next = createComposedApp(world, store)
  expect(
    await countWhile(async () => {
      expect(await callAll([next])).toEqual([200])
    }),
  ).toEqual(oneEach)
  expect(world.sandbox.control.ledger.summary()).toMatchObject({ reuse: 0, invalidGrant: 0 })
})

test('an expired token of one provider costs a request there and nowhere else', async () => {
  await connectOnce()
  await using app = createComposedApp(world, store)
  const work = async (): Promise<void> => {
    await app.connections.google.refresh()
    expect(await callAll([app])).toEqual([200])
  }
  expect(await countWhile(work)).toEqual({ goto: 0, google: 1, carthooks: 0, own: 0 })
})

test('a grant that one provider ended leaves the others as they are', async () => {
  await connectOnce()
  world.sandbox.control.revokeGrant({ vendor: 'carthooks' })
  passDay()
  await using app = createComposedApp(world, store)
  const ended = Array.from({ length: callers }, app.call.carthooks)
  const others = providerNames.filter((name) => name !== 'carthooks').map((name) => app.call[name]())
  for (const end of await Promise.allSettled(ended)) {
    expect(end).toMatchObject({ status: 'rejected', reason: { code: 'reconnect', provider: 'carthooks' } })
  }
  for (const { response } of await Promise.all(others)) expect(response.status).toBe(200)
})

test('a provider that is silent holds up its own callers only', async () => {
  await connectOnce()
  passDay()
  const { faults, ledger } = world.sandbox.control
  const held = faults.add({ match: { vendor: 'goto', kind: 'token' }, hold: true })
  await using app = createComposedApp(world, store)
  const waiting = app.call.goto()
  await ledger.waitFor({ vendor: 'goto', stage: 'held' })
  const others = await Promise.all(
    providerNames.filter((name) => name !== 'goto').map(async (name) => (await app.call[name]()).response.status),
  )
  expect(others).toEqual([200, 200, 200])
  faults.release(held)
  expect((await waiting).response.status).toBe(200)
})

test('disconnecting at one provider erases that grant alone', async () => {
  await connectOnce()
  await using app = createComposedApp(world, store)
  await app.connections.own.disconnect()
  const states = await Promise.all(
    providerNames.map(async (name) => [name, (await app.connections[name].status()).state]),
  )
  expect(Object.fromEntries(states)).toEqual({ goto: 'active', google: 'active', carthooks: 'active', own: 'closed' })
})
