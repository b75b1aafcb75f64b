import { request } from 'undici'
import type { BenchClient } from '../client.ts'

/** The same call by undici itself, with a token that nobody looks after. */
export const client: BenchClient = {
  install: async () => undefined,
  async open() {
    const headers = { authorization: 'Bearer token-of-the-bench' }
    return {
      async call(url) {
        const { statusCode, body } = await request(url, { headers })
        await body.json()
        return statusCode
      },
    }
  },
}
