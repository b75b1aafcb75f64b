import { createNodeTransport } from '@grantkit/node-transport'
import type { BenchClient } from '../client.ts'
import { openTyped } from './grantkit-typed.ts'
import { client as core } from './grantkit.ts'

export const client: BenchClient = {
  install: core.install,
  open: (setup) => openTyped(setup, { transport: createNodeTransport() }),
}
