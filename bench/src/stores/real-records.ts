import { createAuthClient, noClientSecret, providerAt, refreshToken } from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'

/** What one refresh writes: the record as it is claimed, and as it is settled. */
export interface RefreshRecords {
  readonly claimed: string
  readonly settled: string
}

const accessToken = 'a'.repeat(1000)

/** Lets a refresh happen and keeps what it wrote. The access token has 1,000 characters. */
export async function captureRecords(): Promise<RefreshRecords> {
  const written: string[] = []
  const store = createMemoryStore()
  const auth = createAuthClient({
    provider: providerAt(goto, 'http://127.0.0.1:9'),
    clientId: 'bench-client',
    authentication: noClientSecret(),
    store: {
      ...store,
      write(key, value, options) {
        written.push(value)
        return store.write(key, value, options)
      },
    },
    volatile: 'accept',
    fetch: async () => answerOnce(),
  })
  const connection = await auth.connect('bench', refreshToken('r'.repeat(100)))
  await connection.refresh()
  const [claimed, settled] = written.slice(-2)
  if (claimed === undefined || settled === undefined) throw new Error('A refresh wrote less than two records.')
  return { claimed, settled }
}

function answerOnce(): Response {
  const tokens = { access_token: accessToken, token_type: 'Bearer', expires_in: 3600, refresh_token: 's'.repeat(100) }
  return Response.json(tokens)
}
