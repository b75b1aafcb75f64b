import { describe, it } from 'vitest'
import { exampleProvider } from '../../test/bench.ts'
import { providerSuite } from '../testing/index.ts'
import { carthooks, carthooksAt } from './carthooks.ts'
import { google } from './google.ts'
import { goto } from './goto.ts'

providerSuite({ describe, it, provider: goto })
providerSuite({ describe, it, provider: google })
providerSuite({ describe, it, provider: exampleProvider({ rotation: { graceSeconds: 30, uses: 1 } }) })
providerSuite({ describe, it, provider: exampleProvider({ clientAuthentication: ['private_key_jwt'] }) })
for (const provider of [carthooks, carthooksAt('https://acme.carthooks.com')]) {
  providerSuite({
    describe,
    it,
    provider,
    wrapTokens: (data) => ({ data, trace_id: 'trace-1' }),
    refuse: () => Response.json({ error: { key: 'invalid_refresh_token', message: 'x', type: 'user' } }),
  })
}
