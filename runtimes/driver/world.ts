import { createServer } from 'node:http'
import { exportClientKey, keyClient, startOidcServer } from '@grantkit/e2e/oidc/oidc-server'
import { createSandbox, listen } from '@grantkit/sandbox'
import type { Setting } from '../core-suite/setting.ts'
import { startDroppingServer } from './dropping-server.ts'
import { listenOnLoopback } from './listen-on-loopback.ts'
import { startPerson } from './person.ts'

/** Everybody whom one runtime talks to, on loopback. */
export interface World {
  readonly addresses: Omit<Setting, 'facts'>
  close(): Promise<void>
}

export async function startWorld(): Promise<World> {
  const sandbox = createSandbox()
  const [{ origin }, oidc, dropping] = await Promise.all([listen(sandbox), startOidcServer(), startDroppingServer()])
  const person = await startPerson(origin)
  return {
    addresses: {
      sandbox: origin,
      oidc: { origin: oidc.origin, clientId: keyClient, clientKey: exportClientKey() },
      person: person.origin,
      dropping: dropping.origin,
      nobody: await findNobody(),
    },
    async close() {
      await Promise.all([sandbox.close(), oidc.close(), dropping.close(), person.close()])
    },
  }
}

/** An origin that was free a moment ago. */
async function findNobody(): Promise<string> {
  const { origin, close } = await listenOnLoopback(createServer())
  await close()
  return origin
}
