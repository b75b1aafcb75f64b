import type { ConnectionStatus, Provider } from '@grantkit/auth-core'
import { locateStore } from './default-store.ts'
import type { SettingSource } from './setting.ts'
import type { SignInOptions } from './sign-in-options.ts'
import { connectDirectly } from './token-connection.ts'
import { readVisit, withExistingClient } from './visit.ts'

/** What is known of an account on this machine, without its secrets. */
export interface AccountStatus extends ConnectionStatus {
  readonly account: string
  /** Where the grant is kept, unless in a store of the caller or nowhere. `sealed` is absent as long as there is no store. */
  readonly store?: { readonly path: string; readonly sealed?: boolean }
  /** Which place gave each setting: the option, the real environment, the `.env` file, in this order. */
  readonly settings: readonly SettingSource[]
}

const absent: ConnectionStatus = { state: 'absent', generation: 0, uncertain: false, unsaved: false, scopes: [] }

/**
 * Looks at the stored grant of an account, with the settings `signIn` would use. Opens no browser, sends no request and
 * writes nothing. Throws as `signIn` does for settings that are missing or wrong and for a store that cannot be opened.
 */
export async function status(provider: Provider, options: SignInOptions = {}): Promise<AccountStatus> {
  const visit = readVisit(provider, options, 'status')
  const { account, place, environment } = visit
  if ('accessToken' in visit) {
    return { ...(await connectDirectly(visit).status()), account, settings: place.sources }
  }
  const settings = [...visit.settings.sources, ...place.sources]
  const found = await withExistingClient(visit, async (client, { sealed }) => ({
    status: await client.connection(account).status(),
    sealed,
  }))
  const known = { ...(found?.status ?? absent), account }
  if (options.store !== undefined) return { ...known, settings }
  const { path, source } = locateStore(options, environment, place.sandbox)
  const sealed = found?.sealed === undefined ? {} : { sealed: found.sealed }
  return { ...known, store: { path, ...sealed }, settings: [...settings, source] }
}
