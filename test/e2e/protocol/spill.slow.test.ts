import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { approveAuthorization, createSandbox, listen } from '@grantkit/sandbox'
import { describe, expect, test, type TestContext } from 'vitest'
import { openSpillClient, type SpillWorld } from './spill-client.ts'
import type { SpillKillPoint } from './spill-worker.ts'

const twoHoursMs = 7_200_000
const redirectUri = 'http://localhost:8080/callback'

/** A signed-in account at a strict server, whose access token has ended. */
async function signedInWorld({ onTestFinished }: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'grantkit-'))
  const sandbox = createSandbox({ rotation: 'strict' })
  const { origin, close } = await listen(sandbox)
  const world: SpillWorld = { origin, folder, nowOffsetMs: twoHoursMs }
  const { auth, sqlite, files } = openSpillClient({ ...world, nowOffsetMs: 0 })
  const next = openSpillClient(world)
  onTestFinished(async () => {
    await Promise.all([sqlite.close(), next.sqlite.close()])
    await close()
    await sandbox.close()
    await rm(folder, { recursive: true, force: true })
  })
  const { url } = await auth.beginAuthorization('ada', { redirectUri, session: 's' })
  await auth.completeAuthorization(await approveAuthorization(fetch, url), { session: 's' })
  sandbox.control.clock.advance(twoHoursMs)
  return { world, sandbox, files, next: next.auth }
}

async function killedProcess(world: SpillWorld, killAt: SpillKillPoint): Promise<NodeJS.Signals> {
  const child = fork(new URL('spill-worker.ts', import.meta.url), [JSON.stringify([world, killAt])], {
    execArgv: ['--conditions=@grantkit/source'],
  })
  const [, signal] = (await once(child, 'close')) as [number, NodeJS.Signals]
  return signal
}

const killPoints: readonly SpillKillPoint[] = ['while spilled', 'before settling', 'after settling', 'before clearing']

describe.concurrent('a strict server rotated, and the store refused the new tokens', () => {
  test.for(killPoints)(
    'SIGKILL %s: the next process goes on with them',
    { timeout: 60_000 },
    async (killAt, context) => {
      const { world, sandbox, files, next } = await signedInWorld(context)
      expect(await killedProcess(world, killAt)).toBe('SIGKILL')
      expect((await files.list('')).keys).toHaveLength(1)
      const connection = next.connection('ada')
      expect(await connection.status()).toMatchObject({ state: 'active', generation: 2, unsaved: false })
      const response = await connection.fetch(`${world.origin}/voice-admin/v1/call-queues?accountKey=1234567890`)
      expect(response.status).toBe(200)
      expect((await files.list('')).keys).toEqual([])
      await connection.refresh()
      expect(sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 2, reuse: 0, invalidGrant: 0 })
    },
  )
})
