import { AuthError, clientCredentials, isAuthError, type Store } from '@grantkit/auth-core'
import { carthooks } from '@grantkit/auth-core/providers/carthooks'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { createFakeClock } from '@grantkit/auth-core/testing'
import { expect, test, vi } from 'vitest'
import type { SignInOptions } from './sign-in-options.ts'
import { openClient, readVisit, type Visit } from './visit.ts'

function visitWith(options: SignInOptions): Visit {
  const visit = readVisit(
    carthooks,
    { clientId: 'dvc-1', clientSecret: 'secret', env: {}, envFile: false, volatile: 'accept', ...options },
    'signIn',
  )
  if ('accessToken' in visit) throw new Error('This environment has no token.')
  return visit
}

test('a store is not closed as long as it refuses new tokens, and closed once it has them', async () => {
  const clock = createFakeClock()
  const memory = createMemoryStore({ clock })
  let isFull = false
  const store: Store = {
    ...memory,
    write: async (...write) => {
      if (isFull) throw new AuthError('store_failed', 'The disk is full.')
      return memory.write(...write)
    },
  }
  const fetch = async (): Promise<Response> => {
    isFull = true
    return Response.json({ access_token: 'at-1', token_type: 'Bearer', expires_in: 3600 })
  }
  const close = vi.fn<() => Promise<void>>(async () => undefined)
  const { client, release } = await openClient(visitWith({ clock, fetch }), { store, close })
  const token = (await client.connect('ada', clientCredentials())).accessToken()
  await clock.advance(5_000)
  expect((await token).value).toBe('at-1')

  const early = release().catch((error: unknown) => error)
  await clock.advance(45_000)
  expect(isAuthError(await early, 'tokens_unsaved')).toBe(true)
  expect(close).not.toHaveBeenCalled()
  isFull = false
  const late = release()
  await clock.advance(60_000)
  await late
  expect(close).toHaveBeenCalledOnce()
})

test('a store is closed when no client can be made on it', async () => {
  const close = vi.fn<() => Promise<void>>(async () => undefined)
  const opened = { store: createMemoryStore(), close }
  await expect(openClient(visitWith({ times: { sendMs: -1 } }), opened)).rejects.toMatchObject({
    code: 'invalid_times',
  })
  expect(close).toHaveBeenCalledOnce()
})
