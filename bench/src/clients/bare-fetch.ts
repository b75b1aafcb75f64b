import type { BenchClient } from '../client.ts'

/** The same call by hand, with a token that nobody looks after. */
export const client: BenchClient = {
  install: async () => undefined,
  async open({ fetch: send = fetch }) {
    const headers = { authorization: 'Bearer token-of-the-bench' }
    return {
      async call(url) {
        const response = await send(url, { headers })
        await response.json()
        return response.status
      },
    }
  },
}
