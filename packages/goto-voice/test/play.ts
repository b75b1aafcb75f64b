import {
  clientSecretBasic,
  createAuthClient,
  providerAt,
  systemClock,
  type AuthClient,
  type Connection,
} from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { approveAuthorization, createSandbox, type Sandbox, type SandboxOptions } from '@grantkit/sandbox'
import { goto } from '../src/index.ts'

export interface Play extends AsyncDisposable {
  readonly sandbox: Sandbox
  readonly auth: AuthClient
  readonly connection: Connection
}

const origin = 'http://127.0.0.1:8421'

/** Starts a sandbox in this process and signs in there as a person would. Both live by the sandbox's clock. */
export async function play(options: SandboxOptions = {}): Promise<Play> {
  const sandbox = createSandbox(options)
  const wallMs = (): number => sandbox.control.clock.nowMs()
  const clock = { ...systemClock, wallMs, monotonicMs: wallMs }
  const auth = createAuthClient({
    provider: providerAt(goto, origin),
    clientId: 'sandbox-client',
    authentication: clientSecretBasic('sandbox-secret'),
    store: createMemoryStore({ clock }),
    volatile: 'accept',
    fetch: sandbox.fetch,
    clock,
  })
  const redirectUri = 'http://localhost:8080/callback'
  const { url } = await auth.beginAuthorization('ada', { redirectUri, session: 'session' })
  const callback = await approveAuthorization(sandbox.fetch, url)
  const connection = await auth.completeAuthorization(callback, { session: 'session' })
  return {
    sandbox,
    auth,
    connection,
    async [Symbol.asyncDispose]() {
      await auth[Symbol.asyncDispose]()
      await sandbox.close()
    },
  }
}
