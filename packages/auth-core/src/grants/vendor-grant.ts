import { genericTokenEndpointRequest } from 'oauth4webapi'
import { checkOptions } from '../check-options.ts'
import { AuthError } from '../errors.ts'
import { sha256 } from '../store-key.ts'
import type { Exchange, ExchangeRenewal } from './exchange.ts'
import { nothingYet, planFor, type StandingGrant } from './grant.ts'

/** A token of the vendor to exchange, or a function that gives the current one, or undefined when there is none. */
export type VendorToken = string | (() => string | undefined | Promise<string | undefined>)

export interface VendorGrantOptions {
  /** Names the grant in the store; one name for one way to exchange. */
  readonly name: string
  /** `grant_type` of the request. */
  readonly grantType: string
  /** The parameter that carries the token. */
  readonly parameter: string
  /** Never stored: each process that may have to exchange it connects the grant at its start. */
  readonly token: VendorToken
}

/**
 * Connects by a vendor's own kind of token. It is exchanged by the first call that needs a token, once for all
 * processes. Renewed by the refresh token that came with it; without one, or when that was refused, by a new exchange;
 * `reconnect` when the app has no token or it is refused. Connecting with the same token again changes nothing.
 */
export function vendorGrant(options: VendorGrantOptions): StandingGrant {
  checkOptions('vendorGrant', options, ['name', 'grantType', 'parameter', 'token'])
  const { name, grantType, parameter, token } = options
  for (const [option, value] of Object.entries({ name, grantType, parameter, token })) {
    if (value !== '' && (typeof value === 'string' || (option === 'token' && typeof value === 'function'))) continue
    throw new AuthError('invalid_option', `vendorGrant: ${option} is missing or empty.`)
  }
  const hash = typeof token === 'string' ? sha256(token) : Promise.resolve(undefined)
  let importedFrom: string | undefined
  const exchange: Exchange = {
    isFor: (renewal) => renewal.by === name && renewal.importedFrom === importedFrom,
    async prepare() {
      const value = typeof token === 'function' ? await fetchToken(token, name) : token
      if (typeof value !== 'string' || value === '') throw noToken(name)
      return {
        send: (server, client, auth, wireOptions) =>
          genericTokenEndpointRequest(server, client, auth, grantType, { [parameter]: value }, wireOptions),
        isPersonal: true,
        secrets: [value],
      }
    },
  }
  const plan: StandingGrant['plan'] = async () => {
    importedFrom = await hash
    const renewal: ExchangeRenewal = {
      grant: 'exchange',
      by: name,
      ...(importedFrom === undefined ? {} : { importedFrom }),
    }
    return planFor({ renewal, answer: nothingYet() })
  }
  // Not enumerable, so that printing the grant shows nothing.
  return Object.defineProperties({} as StandingGrant, { plan: { value: plan }, exchange: { value: exchange } })
}

async function fetchToken(
  token: () => string | undefined | Promise<string | undefined>,
  name: string,
): Promise<string | undefined> {
  try {
    return await token()
  } catch {
    // The function is the app's own; its error may quote anything, so only the fact is passed on.
    throw new AuthError('client_secret_unavailable', `The function that gives the ${name} failed. Try again.`)
  }
}

function noToken(name: string): AuthError {
  return new AuthError('reconnect', `The app has no ${name} to renew the connection with. Let the person sign in.`)
}
