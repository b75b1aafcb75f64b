import { carthooks } from '@grantkit/auth-core/providers/carthooks'
import { google } from '@grantkit/auth-core/providers/google'
import { goto } from '@grantkit/auth-core/providers/goto'
import { upstreams } from '../api/upstreams.ts'

/** Hosts that the gateway itself names: they may lead anywhere, into a company's own network, say. */
export function knownHosts(sandbox: string | undefined): ReadonlySet<string> {
  const addresses = [
    ...[goto, google, carthooks].flatMap(({ issuer, endpoints }) => [issuer, ...Object.values(endpoints)]),
    ...Object.values(upstreams).map(({ definition }) => definition.baseUrl),
    ...(sandbox === undefined ? [] : [sandbox, 'http://localhost']),
  ]
  return new Set(addresses.map((address) => new URL(address).hostname))
}
