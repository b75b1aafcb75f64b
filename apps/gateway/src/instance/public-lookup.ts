import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/**
 * Looks names up, and gives their addresses only if every one of them is public: a name that operators enter may lead
 * into the network of the gateway, now or after a while. What is given is what is connected to, so that a resolver that
 * changes its mind gains nothing. `exempt` names are ours.
 */
export function createPublicLookup(lookup: LookupFunction, exempt: ReadonlySet<string>): LookupFunction {
  return (hostname, options, callback) => {
    if (exempt.has(hostname)) return lookup(hostname, options, callback)
    return lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '')
      const addresses = found as LookupAddress[]
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(refusal(hostname), '')
      }
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family)
    })
  }
}

/** With the code of a name that has no address: nothing was sent, and so it is told. */
function refusal(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} leads to an address that is not public.`), { code: 'ENOTFOUND' })
}
