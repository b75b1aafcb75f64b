import { defineProvider, type Provider } from '@grantkit/auth-core'
import { apiOrigin, introspectionAddress, origin, revocationAddress, tokenAddress } from './process-wire.ts'
import type { Scenario } from './scenario.ts'

const known = new Map<string, Provider>()

/** The provider's data as the scenario has it. */
export function providerFor(scenario: Scenario): Provider {
  const { rotation, introspects, serverErrorMeansNotProcessed, revocationEndsGrant } = scenario
  const name = JSON.stringify([rotation, introspects, serverErrorMeansNotProcessed, revocationEndsGrant])
  const provider =
    known.get(name) ??
    defineProvider({
      id: 'simulated',
      issuer: origin,
      endpoints: { token: tokenAddress, revocation: revocationAddress, introspection: introspectionAddress },
      clientAuthentication: ['none'],
      audience: [apiOrigin],
      rotation,
      introspectsRefreshTokens: introspects,
      serverErrorMeansNotProcessed,
      revocationEndsGrant,
    })
  known.set(name, provider)
  return provider
}
