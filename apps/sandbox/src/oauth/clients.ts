import { checkKeys, checkNumber, checkOneOf, checkText } from '../check-option.ts'
import { checkRotation, type Rotation } from '../rotation.ts'
import { SandboxError } from '../sandbox-error.ts'
import { type VendorId, vendorIds, vendorOf } from '../vendor.ts'

export type SandboxGrantType = 'authorization_code' | 'refresh_token' | 'client_credentials'

/** Kinds of clients at Google, which differ in redirects and in when a refresh token comes. */
export type GoogleClientType = 'web' | 'installed' | 'device'

/** A client registration. Without a secret it is a public client and must use PKCE. */
export interface SandboxClient {
  /** Default `goto`. */
  readonly vendor?: VendorId
  /** Unique among the clients of all vendors. */
  readonly id: string
  readonly secret?: string
  readonly name?: string
  /** Compared character by character. */
  readonly redirectUris?: readonly string[]
  /** The scopes enabled for the client. Default: those of the default client. */
  readonly scopes?: readonly string[]
  /** Default: authorization code and refresh token, as at GoTo. */
  readonly grantTypes?: readonly SandboxGrantType[]
  /** Overrides the sandbox's rotation. */
  readonly rotation?: Rotation
  /** Overrides the sandbox's option of the same name. */
  readonly refreshKillsAccessToken?: boolean
  /** Overrides the sandbox's option of the same name. */
  readonly accessTokenSeconds?: number
  /** Google only. Default `web`. */
  readonly type?: GoogleClientType
  /** Google only: the consent screen is in testing, so that refresh tokens live 7 days. Default false. */
  readonly testing?: boolean
  /** Where client credentials act. Default: the first account of the seed. */
  readonly account?: string
}

/** The client every sandbox knows. */
export const defaultClient: SandboxClient = {
  id: 'sandbox-client',
  secret: 'sandbox-secret',
  name: 'Sandbox client',
  redirectUris: ['http://localhost:8080/callback'],
  scopes: [
    'voice-admin.v1.read',
    'voice-admin.v1.write',
    'users.v1.lines.read',
    'users.v1.read',
    'identity:',
    'identity:scim.me',
    'identity:scim.org',
    'collab:',
  ],
}

const calendarScope = 'https://www.googleapis.com/auth/calendar'
/** Every scope of the Calendar API, and those of OpenID Connect. */
const googleScopes = [
  'openid',
  'email',
  'profile',
  calendarScope,
  ...[
    'readonly',
    'events',
    'events.readonly',
    'events.owned',
    'events.owned.readonly',
    'events.public.readonly',
    'events.freebusy',
    'freebusy',
    'calendarlist',
    'calendarlist.readonly',
    'calendars',
    'calendars.readonly',
    'app.created',
    'acls',
    'acls.readonly',
    'settings.readonly',
  ].map((name) => `${calendarScope}.${name}`),
]

/** The clients of Google that every sandbox knows: a web application, and one on a person's computer. */
export const googleWebClient: SandboxClient = {
  vendor: 'google',
  id: 'sandbox-google-web',
  secret: 'sandbox-google-secret',
  name: 'Sandbox web client',
  redirectUris: ['http://localhost:8080/callback'],
  scopes: googleScopes,
}
export const googleDesktopClient: SandboxClient = {
  vendor: 'google',
  id: 'sandbox-google-desktop',
  secret: 'sandbox-google-secret',
  name: 'Sandbox desktop client',
  type: 'installed',
  scopes: googleScopes,
}

/** The client of Carthooks that every sandbox knows; ids and secrets begin there like this. */
export const carthooksClient: SandboxClient = {
  vendor: 'carthooks',
  id: 'dvc-sandbox',
  secret: 'dvs-sandbox',
  name: 'Sandbox client',
  redirectUris: ['http://localhost:8080/callback'],
}

const clientKeys = [
  'vendor',
  'id',
  'secret',
  'name',
  'redirectUris',
  'scopes',
  'grantTypes',
  'rotation',
  'refreshKillsAccessToken',
  'accessTokenSeconds',
  'account',
  'type',
  'testing',
]

/** The clients of one vendor. */
export interface VendorClients {
  find(id: string): SandboxClient | undefined
}

/** The clients of all vendors. */
export interface ClientBook extends VendorClients {
  of(vendor: VendorId): VendorClients
  list(): SandboxClient[]
  add(client: SandboxClient): SandboxClient
  require(id: string): SandboxClient
  reset(): void
}

export function createClientBook(registered: readonly SandboxClient[] = []): ClientBook {
  const first = [defaultClient, googleWebClient, googleDesktopClient, carthooksClient, ...registered.map(checkClient)]
  let clients = new Map(first.map((client) => [client.id, client]))

  return {
    list: () => [...clients.values()],
    find: (id) => clients.get(id),
    of: (vendor) => ({
      find(id) {
        const client = clients.get(id)
        return client !== undefined && vendorOf(client) === vendor ? client : undefined
      },
    }),
    add(client) {
      clients.set(client.id, checkClient(client))
      return client
    },
    require(id) {
      const client = clients.get(id)
      if (client !== undefined) return client
      throw new SandboxError('unknown_client', `No client "${id}" here. Known: ${[...clients.keys()].join(', ')}.`)
    },
    reset() {
      clients = new Map(first.map((client) => [client.id, client]))
    },
  }
}

function checkClient(client: SandboxClient): SandboxClient {
  checkKeys(client, clientKeys, 'client')
  if (client.vendor !== undefined) checkOneOf(client.vendor, vendorIds, 'client.vendor')
  checkText(client.id, 'client.id')
  if (client.secret !== undefined) checkText(client.secret, 'client.secret')
  if (client.rotation !== undefined) checkRotation(client.rotation)
  if (client.accessTokenSeconds !== undefined) checkNumber(client.accessTokenSeconds, 'client.accessTokenSeconds', 1)
  for (const uri of client.redirectUris ?? []) {
    if (URL.canParse(uri) && !uri.includes('#')) continue
    throw new SandboxError('invalid_option', 'client.redirectUris must be absolute URIs without a fragment.')
  }
  return client
}

/** The scopes enabled for a client. */
export function enabledScopes(client: SandboxClient): readonly string[] {
  return client.scopes ?? (vendorOf(client) === 'google' ? googleScopes : (defaultClient.scopes ?? []))
}
