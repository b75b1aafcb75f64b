import type { Fetch } from '@grantkit/auth-core'
import type { Middleware, QuerySerializerOptions } from 'openapi-fetch'
import type { ParseAs } from './operation-types.ts'
import type { Parameters } from './parameters.ts'
import type { SerializeBody, SerializeQuery } from './serialize.ts'

/** The second argument of a call, as openapi-fetch takes it. */
export interface CallInit {
  params?: Parameters | undefined
  body?: unknown
  baseUrl?: string
  bodySerializer?: SerializeBody
  querySerializer?: QuerySerializerOptions | SerializeQuery
  middleware?: readonly Middleware[]
  parseAs?: ParseAs
  signal?: AbortSignal | null
  fetch?: Fetch
  idempotent?: boolean
  [option: string]: unknown
}

/** What a call was asked for, its defaults filled in. */
export interface Asked {
  readonly params: Parameters | undefined
  readonly init: CallInit
}
