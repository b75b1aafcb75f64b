import {
  carthooksClient,
  defaultClient,
  googleDesktopClient,
  googleWebClient,
  type SandboxClient,
} from '../oauth/clients.ts'
import type { VendorId } from '../vendor.ts'

/** What a person at the command line needs to know of a vendor. */
export interface VendorFacts {
  readonly name: string
  readonly clients: readonly SandboxClient[]
  /** Paths by what is there. */
  readonly places: Readonly<Record<string, string>>
  /** A page where a person signs in; the path with its query. */
  readonly signIn?: string
  /** Arguments of a curl that shows something; the path comes first. */
  readonly curl: string
  /** What leads a program there: the names that @grantkit/node-auth reads. */
  variables(origin: string): Readonly<Record<string, string>>
}

const callback = 'http://localhost:8080/callback'

export const vendorFacts: Readonly<Record<VendorId, VendorFacts>> = {
  goto: {
    name: 'GoTo',
    clients: [defaultClient],
    places: {
      Metadata: '/.well-known/oauth-authorization-server',
      'Voice Admin': '/voice-admin/v1',
      Admin: '/admin/rest/v1',
      SCIM: '/identity/v1',
      Meeting: '/G2M/rest',
      Users: '/users/v1',
    },
    signIn: `/oauth/authorize?response_type=code&client_id=${defaultClient.id}&state=hello`,
    curl: '/.well-known/oauth-authorization-server',
    variables: () => ({ ...clientVariables('GOTO', defaultClient), GOTO_REDIRECT_URI: callback }),
  },
  google: {
    name: 'Google',
    clients: [googleWebClient, googleDesktopClient],
    places: { Metadata: '/.well-known/openid-configuration', Calendar: '/calendar/v3', Batch: '/batch/calendar/v3' },
    signIn: `/o/oauth2/v2/auth?response_type=code&client_id=${googleWebClient.id}&redirect_uri=${callback}&scope=openid&state=hello`,
    curl: '/.well-known/openid-configuration',
    // The one that comes back to any loopback address, for programs of this machine.
    variables: () => clientVariables('GOOGLE', googleDesktopClient),
  },
  carthooks: {
    name: 'Carthooks',
    clients: [carthooksClient],
    places: { Token: '/open/api/oauth/token', 'Open API': '/open/api/v1' },
    curl:
      '/open/api/oauth/token -d grant_type=client_credentials ' +
      `-d client_id=${carthooksClient.id} -d client_secret=${carthooksClient.secret}`,
    variables: (origin) => ({
      ...clientVariables('CARTHOOKS', carthooksClient),
      CARTHOOKS_API_URL: origin,
      // A real one would win over the client, and be sent here.
      CARTHOOKS_ACCESS_TOKEN: '',
    }),
  },
}

function clientVariables(prefix: string, { id, secret = '' }: SandboxClient): Record<string, string> {
  return { [`${prefix}_CLIENT_ID`]: id, [`${prefix}_CLIENT_SECRET`]: secret }
}
