import type { Provider } from '@grantkit/auth-core'
import type { SignInOptions } from './sign-in-options.ts'
import { readVisit, withExistingClient } from './visit.ts'

/** How signing out went. A grant that could not be erased is an error instead. */
export interface SignOutResult {
  /** There was a grant to erase. */
  readonly wasSignedIn: boolean
  readonly erased: true
  /** The provider confirmed that it ended the tokens. False also where there was nothing to end. */
  readonly revoked: boolean
}

/**
 * Signs an account out: erases its grant on this machine, then has the provider revoke the tokens, for at most 10 s.
 * Opens no browser. A provider that cannot be reached is told by `revoked: false`: the tokens then live until they end
 * there. A token in the environment is left alone. Throws as `signIn` does for settings and for the store.
 */
export async function signOut(provider: Provider, options: SignInOptions = {}): Promise<SignOutResult> {
  const visit = readVisit(provider, options, 'signOut')
  // The variable is the program's own to empty.
  if ('accessToken' in visit) return { wasSignedIn: false, erased: true, revoked: false }
  const result = await withExistingClient(visit, async (client): Promise<SignOutResult | undefined> => {
    const connection = client.connection(visit.account)
    const { state } = await connection.status()
    if (state === 'absent' || state === 'closed') return undefined
    return { wasSignedIn: true, ...(await connection.disconnect()) }
  })
  return result ?? { wasSignedIn: false, erased: true, revoked: false }
}
