import {
  clientSecretBasic,
  createAuthClient,
  providerAt,
  systemClock,
  type AuthClient,
  type Connection,
} from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { approveAuthorization, createSandbox, listen, type Sandbox } from '@grantkit/sandbox'
import { goto } from '../src/index.ts'

type Fetch = (input: Request | URL | string, init?: RequestInit) => Promise<Response>

export interface Play extends AsyncDisposable {
  readonly sandbox: Sandbox
  readonly connection: Connection
}

/** Starts a sandbox in this process and signs in there as a person would. Both live by the sandbox's clock. */
export async function play(): Promise<Play> {
  const sandbox = createSandbox()
  return begin(sandbox, 'http://127.0.0.1:8421', sandbox.fetch, () => sandbox.close())
}

/** The same on a socket of loopback, reached by the platform's own fetch or another. */
export async function playOnSocket(send: Fetch = fetch): Promise<Play> {
  const sandbox = createSandbox()
  const { origin, close } = await listen(sandbox)
  return begin(sandbox, origin, send, async () => {
    await sandbox.close()
    await close()
  })
}

async function begin(sandbox: Sandbox, origin: string, send: Fetch, close: () => Promise<void>): Promise<Play> {
  const wallMs = (): number => sandbox.control.clock.nowMs()
  const clock = { ...systemClock, wallMs, monotonicMs: wallMs }
  const auth: AuthClient = createAuthClient({
    provider: providerAt(goto, origin),
    clientId: 'sandbox-client',
    authentication: clientSecretBasic('sandbox-secret'),
    store: createMemoryStore({ clock }),
    volatile: 'accept',
    fetch: send,
    clock,
  })
  const redirectUri = 'http://localhost:8080/callback'
  const { url } = await auth.beginAuthorization('ada', { redirectUri, session: 'session' })
  const callback = await approveAuthorization(send, url)
  const connection = await auth.completeAuthorization(callback, { session: 'session' })
  return {
    sandbox,
    connection,
    async [Symbol.asyncDispose]() {
      await auth[Symbol.asyncDispose]()
      await close()
    },
  }
}
