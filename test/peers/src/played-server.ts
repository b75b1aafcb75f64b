import {
  approveAuthorization,
  carthooksClient,
  defaultClient,
  googleDesktopClient,
  type SandboxClient,
} from '@grantkit/sandbox'

/** The members of a server's metadata (RFC 8414) that the clients need. */
type ServerMetadata = Readonly<Record<'issuer' | 'authorization_endpoint' | 'token_endpoint', string>>

/** Each client has a type of its own for the options. */
type Fetch = (input: Request | URL | string, init?: object) => Promise<Response>

export interface ClientCredentials {
  readonly id: string
  readonly secret: string
}

/** A played authorization server, and what a client has to know of it. */
export interface PlayedServer {
  readonly issuer: URL
  /** By which rule the metadata is found, or the metadata where the vendor publishes none. */
  readonly metadata: 'oauth2' | 'oidc' | ServerMetadata
  readonly client: ClientCredentials
  readonly authentication: 'client_secret_basic' | 'client_secret_post'
  readonly redirectUri: string
  readonly scopes: readonly string[]
  /** Whether the server takes a code challenge. */
  readonly takesPkce: boolean
  /** A read of the API that a token of a person opens. */
  readonly apiUrl: URL
  /** Leads to the loopback socket, and puts into the words of the RFCs what the vendor words otherwise. */
  readonly fetch: Fetch
  /** Acts as the person with the browser: returns where the server sends them. */
  approve(url: URL): Promise<URL>
}

const redirectUri = 'http://localhost:8080/callback'

export function credentialsOf({ id, secret = '' }: SandboxClient): ClientCredentials {
  return { id, secret }
}

export function playedGoto(origin: string): PlayedServer {
  return {
    issuer: new URL(origin),
    metadata: 'oauth2',
    client: credentialsOf(defaultClient),
    authentication: 'client_secret_basic',
    redirectUri,
    scopes: ['voice-admin.v1.read'],
    takesPkce: true,
    apiUrl: new URL('/voice-admin/v1/call-queues?accountKey=1234567890', origin),
    fetch,
    approve: (url) => approveAuthorization(fetch, url),
  }
}

/** Google calls itself by its own name wherever it listens: the name leads to the socket. */
export function playedGoogle(origin: string): PlayedServer {
  const issuer = 'https://accounts.google.com'
  return {
    issuer: new URL(issuer),
    metadata: 'oidc',
    client: credentialsOf(googleDesktopClient),
    authentication: 'client_secret_post',
    redirectUri,
    scopes: ['openid', 'email', 'https://www.googleapis.com/auth/calendar'],
    takesPkce: true,
    apiUrl: new URL('/calendar/v3/calendars/primary/events', origin),
    fetch: (input, init) => fetch(String(input).replace(issuer, origin), init),
    approve: (url) => approveAuthorization(fetch, url),
  }
}

/** Carthooks wraps its answers into an envelope, and its codes come from a call of its front end. */
export function playedCarthooks(origin: string, createUserToken: () => string): PlayedServer {
  return {
    issuer: new URL(origin),
    metadata: {
      issuer: `${origin}/`,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/open/api/oauth/token`,
    },
    client: credentialsOf(carthooksClient),
    authentication: 'client_secret_post',
    redirectUri,
    scopes: [],
    takesPkce: false,
    apiUrl: new URL('/open/api/v1/apps', origin),
    fetch: async (input, init) => openEnvelope(await fetch(input, init)),
    approve: async (url) => approveAtCarthooks(url, origin, createUserToken()),
  }
}

async function openEnvelope(answer: Response): Promise<Response> {
  const { data } = (await answer.json()) as { data: unknown }
  return Response.json(data, { status: answer.status })
}

async function approveAtCarthooks({ searchParams }: URL, origin: string, userToken: string): Promise<URL> {
  const asked = {
    client_id: searchParams.get('client_id'),
    redirect_uri: redirectUri,
    state: searchParams.get('state'),
  }
  const answer = await fetch(`${origin}/api/oauth/get-authorize-code`, {
    method: 'POST',
    headers: { authorization: `Bearer ${userToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  })
  const { data } = (await answer.json()) as { data: { redirect_url: string } }
  return new URL(data.redirect_url)
}
