import { createFakeClock } from '@grantkit/auth-core/testing'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { expect, test } from 'vitest'
import { createSessions } from './sessions.ts'

test('a session that is ended while its use is noted stays ended', async () => {
  const clock = createFakeClock()
  const memory = createMemoryStore({ clock })
  const times = { lifetimeMs: 600_000, idleMs: 60_000 }
  const here = createSessions({ store: memory, ...times })
  const { token } = await here.create({ tenant: 'acme', app: 'goto', keyId: 'key' })
  await clock.advance(30_000)
  const elsewhere = createSessions({
    store: {
      ...memory,
      async write(...step) {
        await here.end(token)
        return await memory.write(...step)
      },
    },
    ...times,
  })
  expect(await elsewhere.use(token)).toBeDefined()
  expect(await here.use(token)).toBeUndefined()
})
