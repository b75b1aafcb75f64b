import {
  ApiError,
  createApiClient,
  type ApiClient,
  type ApiClientOptions,
  type InitOf,
  type Methods,
  type OperationAt,
  type PagedClient,
  type PathsWith,
} from '@grantkit/api-client'
import { carthooksBaseUrl } from '@grantkit/auth-core/providers/carthooks'
import { definition } from './definition.ts'
import type { CarthooksError } from './open-envelope.ts'
import type { components, paths } from './schema.gen.ts'

export interface CarthooksOptions extends ApiClientOptions {
  /**
   * Where the API is: `https://api.carthooks.com`, or an instance, which gets `/open/api` where it has no path. Default: the
   * connection's `apiDefaults`, else the origin its token may go to.
   */
  readonly baseUrl?: string
  /**
   * Where `getAuthorizeCode` is called, a URL that ends in `/oauth/get-authorize-code`. Default:
   * `/api/oauth/get-authorize-code` at the API's origin, as the vendor's documents write it; its SDKs differ.
   */
  readonly authorizeCodeUrl?: string
}

/** The outcome of a call. */
export type CarthooksResult<Data, Meta = unknown> =
  | (Told<Meta> & { readonly success: true; readonly data: Data; readonly error?: never })
  | (Told<Meta> & { readonly success: false; readonly data?: never; readonly error: CarthooksError })

interface Told<Meta> {
  readonly meta?: Meta
  /** Names the request to the vendor. */
  readonly traceId?: string
  readonly response: Response
}

/** What an authorization by code begins with. The request that auth-core's `address` is given fits as it is. */
export interface AuthorizeCodeRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string
  /** For clients of the platform only: whose tenant it is about. */
  readonly targetTenantId?: number
}

// Called by `getAuthorizeCode`, which knows its address.
type Paths = Omit<paths, '/oauth/get-authorize-code'>

/** Typed calls of the Carthooks API. */
export interface Carthooks extends PagedClient<Paths, 'data'>, Pick<ApiClient<Paths>, 'use' | 'eject'> {
  readonly GET: Call<'get'>
  readonly POST: Call<'post'>
  readonly PUT: Call<'put'>
  readonly DELETE: Call<'delete'>
  /** Asks where to send the browser of the person whose token the client has, so that it comes back with a code. */
  getAuthorizeCode(
    request: AuthorizeCodeRequest,
    options?: { readonly signal?: AbortSignal },
  ): Promise<CarthooksResult<components['schemas']['AuthorizeCode']>>
}

type Call<Method extends Methods> = <Path extends PathsWith<Paths, Method>>(
  path: Path,
  ...init: InitOf<OperationAt<Paths, Path, Method>, 'json'>
) => Promise<ResultOf<OperationAt<Paths, Path, Method>>>

type ResultOf<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer Envelope } } } }
  ? CarthooksResult<MemberOf<Envelope, 'data'>, MemberOf<Envelope, 'meta'>>
  : never

type MemberOf<Envelope, Name extends string> = Envelope extends { [Key in Name]: infer Member }
  ? Member
  : Envelope extends { [Key in Name]?: infer Member }
    ? Member | undefined
    : undefined

const authorizeCodePath = '/oauth/get-authorize-code'

/**
 * Creates a client of the Carthooks API. An answer of the API is a value `{ success, data, error, meta, traceId, response }`;
 * one that names an error is a failure even with status 200. Without an answer a call throws, as at `createApiClient`.
 * Creation throws `invalid_option` and `invalid_base_url`. Takes any number of parallel calls and needs no closing.
 *
 * ```ts
 * const api = createCarthooks({ connection })
 * const { data, error, traceId } = await api.GET('/v1/me')
 * ```
 */
export function createCarthooks({ authorizeCodeUrl, ...options }: CarthooksOptions): Carthooks {
  const baseUrl = chooseAddress(options)
  const located = baseUrl === undefined ? options : { ...options, baseUrl }
  const client = createApiClient<paths, never, 'data'>(definition, located)
  const authorizeBase = baseOf(authorizeCodeUrl ?? `${new URL(baseUrl ?? '').origin}/api${authorizeCodePath}`)
  const getAuthorizeCode = (
    { clientId, redirectUri, state, targetTenantId }: AuthorizeCodeRequest,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<unknown> =>
    client.POST(authorizeCodePath, {
      baseUrl: authorizeBase,
      body: {
        client_id: clientId,
        redirect_uri: redirectUri,
        state,
        ...(targetTenantId === undefined ? {} : { target_tenant_id: targetTenantId }),
      },
      ...(signal === undefined ? {} : { signal }),
    })
  // What the definition makes of results, the types of openapi-fetch do not know.
  return { ...client, getAuthorizeCode } as unknown as Carthooks
}

/** What is no address is left for `createApiClient` to refuse. */
function chooseAddress({ baseUrl, connection }: ApiClientOptions): string | undefined {
  const { apiDefaults = {}, audience = [] } = connection ?? {}
  const known = audience.includes(definition.baseUrl) ? definition.baseUrl : audience[0]
  const address = baseUrl ?? apiDefaults.baseUrl ?? known
  return address !== undefined && URL.canParse(address) ? carthooksBaseUrl(address) : address
}

function baseOf(address: string): string {
  if (URL.canParse(address) && address.endsWith(authorizeCodePath)) return address.slice(0, -authorizeCodePath.length)
  throw new ApiError('invalid_base_url', `carthooks: authorizeCodeUrl must be a URL that ends in ${authorizeCodePath}.`)
}
