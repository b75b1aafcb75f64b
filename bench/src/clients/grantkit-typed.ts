import { createGotoVoice } from '@grantkit/goto-voice'
import type { BenchClient } from '../client.ts'
import { client as core, openConnection } from './grantkit.ts'

export const client: BenchClient = {
  install: core.install,
  async open(setup) {
    const connection = await openConnection(setup)
    const send = setup.fetch === undefined ? {} : { fetch: setup.fetch }
    const voice = createGotoVoice({ connection, accountKey: '1234567890', rateLimit: false, ...send })
    return {
      async call() {
        const { response } = await voice.GET('/call-queues')
        return response.status
      },
    }
  },
}
