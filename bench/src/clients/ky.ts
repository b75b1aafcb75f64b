import ky from 'ky'
import type { BenchClient } from '../client.ts'
import { installTokenFile, readTokens } from '../token-file.ts'
import { refreshByHand } from './refresh-by-hand.ts'

export const client: BenchClient = {
  install: installTokenFile,
  async open(setup) {
    let tokens = await readTokens(setup)
    const api = ky.create({
      retry: { statusCodes: [401] },
      hooks: {
        beforeRequest: [
          ({ request }) => {
            if (!request.headers.has('authorization'))
              request.headers.set('authorization', `Bearer ${tokens.accessToken}`)
          },
        ],
        beforeRetry: [
          async ({ request }) => {
            tokens = await refreshByHand(setup, tokens)
            request.headers.set('authorization', `Bearer ${tokens.accessToken}`)
          },
        ],
      },
      ...(setup.fetch === undefined ? {} : { fetch: setup.fetch }),
    })
    return {
      async call(url) {
        const response = await api.get(url)
        await response.json()
        return response.status
      },
    }
  },
}
