import { timingSafeEqual } from 'node:crypto'
import type { Admission } from '../api/api-service.ts'
import type { ApiOperation } from '../api/api-spec.ts'
import { VendorRefusal } from '../api/vendor-refusal.ts'
import { type BearerProblem, judgeBearer } from '../oauth/judge-bearer.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'
import { machineScope } from './carthooks-token.ts'

/** The pair of headers that clients sent before there were tokens; here it is of the first tenant. */
export const carthooksApiKey: { readonly key: string; readonly secret: string } = {
  key: 'sandbox-api-key',
  secret: 'sandbox-api-secret',
}

const bearerMessages: Readonly<Record<BearerProblem, string>> = {
  missing: 'There is no token.',
  unsupported_scheme: 'Only Bearer is taken.',
  malformed: 'The token is malformed.',
  invalid: 'The token is not valid.',
  expired: 'The token has expired.',
}

/** Takes a token, or the older pair of headers where it was seen. Which scope an operation needs is not known: none. */
export function admit(
  authorization: string | null,
  operation: ApiOperation,
  headers: Headers,
  { grants, clock, accounts }: OAuthContext,
): Admission {
  const [account] = accounts.list()
  if (authorization === null && account !== undefined && takesApiKey(operation) && hasApiKey(headers)) {
    const scopes = [machineScope]
    const grant = {
      family: 'api-key',
      clientId: carthooksApiKey.key,
      account,
      scopes,
      refreshTokens: 0,
      accessTokens: 0,
    }
    return { grant, scopes }
  }
  const token = judgeBearer(authorization, 'carthooks', { grants, nowMs: clock.nowMs() })
  if (typeof token === 'string') throw new VendorRefusal(401, undefined, bearerMessages[token])
  return token
}

function takesApiKey({ schemes }: ApiOperation): boolean {
  return schemes.some((names) => names.includes('apiKey'))
}

function hasApiKey(headers: Headers): boolean {
  const { key, secret } = carthooksApiKey
  return isEqual(headers.get('x-api-key') ?? '', key) && isEqual(headers.get('x-api-secret') ?? '', secret)
}

function isEqual(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** One client numbers the items of its lists: `sort[0]=age`. */
export function readQuery({ searchParams }: URL): URLSearchParams {
  return new URLSearchParams(
    Array.from(searchParams, ([name, value]) => [name.replace(/^(sort|fields)\[\d+\]$/, '$1'), value]),
  )
}
