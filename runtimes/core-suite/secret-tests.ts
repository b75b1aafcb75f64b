import { clientSecretPost, createAuthClient, refreshToken, type AuthEvent } from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { assertNoSecret, scriptedFetch } from '@grantkit/auth-core/testing'
import { canaries, printed } from './canaries.ts'
import { expectEqual, expectError } from './expectations.ts'
import type { Part } from './stage.ts'

export const secretTests: Part = ({ describe, it }) => {
  describe('secrets', () => {
    it('show in no text, JSON, clone or print of anything that holds them', async () => {
      const holders = await createHolders()
      assertNoSecret(holders, canaries)
      // The driver reads the output.
      console.log(printed, ...holders)
    })

    it('are given by name', async () => {
      const [token, tokens] = await createHolders()
      expectEqual(token.value, canaries.accessToken, 'the access token')
      expectEqual(tokens.refreshToken, canaries.refreshToken, 'the refresh token')
    })
  })
}

/** Everything that a program can get hold of, from a refresh that worked and one that failed. */
async function createHolders() {
  const { accessToken, refreshToken: rotated, clientSecret } = canaries
  const answer = { access_token: accessToken, refresh_token: rotated, token_type: 'Bearer', expires_in: 3600 }
  // What was sent, and some runtimes quote.
  const said = `${rotated} ${clientSecret} ${btoa(clientSecret)}`
  const events: AuthEvent[] = []
  const auth = createAuthClient({
    provider: goto,
    clientId: 'client',
    authentication: clientSecretPost(clientSecret),
    store: createMemoryStore(),
    volatile: 'accept',
    fetch: scriptedFetch([Response.json(answer), new TypeError(said)]),
    onEvent: (event) => void events.push(event),
  })
  const connection = await auth.connect('ada', refreshToken(rotated))
  const token = await connection.accessToken()
  const tokens = await connection.exportTokens()
  const error = await expectError(connection.refresh(), 'provider_no_answer', 'the second refresh')
  return [token, tokens, error, await connection.status(), connection, auth, ...events] as const
}
