import { clientSecretPost, createAuthClient, defineProvider, refreshToken, type Fetch } from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { requestsTo } from './dropping.ts'
import { expectEqual, expectError } from './expectations.ts'
import type { Part, Stage } from './stage.ts'

/** How a connection ends: in order, or by a reset. */
const endings = ['closed', 'reset'] as const

/** For `then`: whether it came to an answer. */
const settled = [() => true, () => false] as const

const platformFetch: Fetch = (input, init) => fetch(input, init)

export const transportTests: Part = ({ describe, it }, stage) => {
  const { dropping, nobody, facts } = stage.setting

  describe('a request whose connection drops without an answer', () => {
    for (const ending of endings) {
      it(`is presented as often as is known of this runtime, when a reused connection is ${ending}`, async () => {
        const path = `/${ending}/platform`
        await warmUp(dropping, platformFetch)
        const sent = platformFetch(dropping + path, { method: 'POST', body: new URLSearchParams({ a: 'b' }) })
        const answered = await sent.then(...settled)
        const seen = await requestsTo(stage, path)
        expectEqual(seen[0], { method: 'POST', reused: true }, 'the first presentation')
        expectEqual(seen.length, facts.platformPresentations, 'the presentations')
        expectEqual(answered, facts.platformPresentations === 2, 'that an answer came')
      })

      it(`is presented as often as the documentation says, when it is a token request and ${ending}`, async () => {
        const path = `/${ending}/token`
        const connection = await connect(stage, dropping + path)
        await warmUp(dropping, stage.fetch)
        const answered = await connection.accessToken().then(...settled)
        expectEqual((await requestsTo(stage, path)).length, facts.tokenPresentations, 'the presentations')
        expectEqual(answered, facts.tokenPresentations === 2, 'that an answer came')
        expectEqual((await connection.status()).uncertain, !answered, 'whether the grant is in doubt')
      })
    }
  })

  describe('a server that is not there', () => {
    it('leaves the grant alone', async () => {
      const connection = await connect(stage, `${nobody}/token`)
      const code = facts.namesUnreachable ? 'provider_unreachable' : 'provider_no_answer'
      await expectError(connection.accessToken(), code, 'the refresh')
      const { state, uncertain } = await connection.status()
      expectEqual({ state, uncertain }, { state: 'active', uncertain: !facts.namesUnreachable }, 'the grant')
    })
  })
}

/** Leaves connections behind that the next request may use again; one alone may still be on its way back. */
async function warmUp(origin: string, send: Fetch): Promise<void> {
  for (const _ of [1, 2]) await (await send(`${origin}/warm-up`)).text()
}

function connect(stage: Stage, token: string) {
  const { origin } = new URL(token)
  const provider = defineProvider({
    id: 'dropping',
    issuer: origin,
    endpoints: { token },
    clientAuthentication: ['client_secret_post'],
    audience: [origin],
    rotation: 'strict',
    allowLoopbackHttp: true,
  })
  const auth = createAuthClient({
    provider,
    clientId: 'client',
    authentication: clientSecretPost('client-secret'),
    store: createMemoryStore(),
    volatile: 'accept',
    fetch: stage.fetch,
  })
  return auth.connect('ada', refreshToken('refresh-token'))
}
