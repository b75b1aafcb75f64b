import { providerWith } from '@grantkit/auth-core'
import { carthooks } from '@grantkit/auth-core/providers/carthooks'
import { google } from '@grantkit/auth-core/providers/google'
import { goto } from '@grantkit/auth-core/providers/goto'
import { providerSuite } from '@grantkit/auth-core/testing'
import type { Part } from './stage.ts'

export const providerTests: Part = ({ describe, it }) => {
  providerSuite({ describe, it, provider: goto })
  providerSuite({ describe, it, provider: google })
  providerSuite({
    describe,
    it,
    provider: providerWith(goto, { id: 'signing', clientAuthentication: ['private_key_jwt'] }),
  })
  providerSuite({
    describe,
    it,
    provider: carthooks,
    wrapTokens: (data) => ({ data, trace_id: 'trace-1' }),
    refuse: () => Response.json({ error: { key: 'invalid_refresh_token', message: 'x', type: 'user' } }),
  })
}
