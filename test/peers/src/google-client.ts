import { auth as library, calendar, type calendar_v3 } from '@googleapis/calendar'
import { approveAuthorization, googleDesktopClient } from '@grantkit/sandbox'
import { CodeChallengeMethod } from 'google-auth-library'

type OAuth2Client = InstanceType<typeof library.OAuth2>

/** Google's own libraries, which know the played Google by its root URL and endpoints only. */
export interface GoogleClient {
  readonly auth: OAuth2Client
  readonly calendar: calendar_v3.Calendar
}

const scope = 'https://www.googleapis.com/auth/calendar'

function createAuth(origin: string): OAuth2Client {
  return new library.OAuth2({
    clientId: googleDesktopClient.id,
    ...(googleDesktopClient.secret === undefined ? {} : { clientSecret: googleDesktopClient.secret }),
    redirectUri: 'http://localhost:8080/callback',
    endpoints: {
      oauth2AuthBaseUrl: `${origin}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${origin}/token`,
      oauth2RevokeUrl: `${origin}/revoke`,
      tokenInfoUrl: `${origin}/tokeninfo`,
    },
  })
}

/** Signs a person in with a code and PKCE. */
export async function signIn(origin: string): Promise<GoogleClient> {
  const auth = createAuth(origin)
  const { codeVerifier, codeChallenge = '' } = await auth.generateCodeVerifierAsync()
  const url = auth.generateAuthUrl({
    scope,
    access_type: 'offline',
    code_challenge: codeChallenge,
    code_challenge_method: CodeChallengeMethod.S256,
  })
  const callback = await approveAuthorization(fetch, url)
  const code = callback.searchParams.get('code') ?? ''
  const { tokens } = await auth.getToken({ code, codeVerifier })
  auth.setCredentials(tokens)
  return { auth, calendar: calendar({ version: 'v3', auth, rootUrl: `${origin}/` }) }
}
