import dns, { type LookupAddress, type LookupOptions } from 'node:dns'
import type { LookupFunction } from 'node:net'

/**
 * Creates a name lookup that asks for a name once in `maxAgeMs`, for all connections that use it. What failed is asked
 * again. Which of the addresses is taken, and which one next, stays Node's choice.
 */
export function createCachedLookup(maxAgeMs: number, lookup: LookupFunction = dns.lookup): LookupFunction {
  const known = new Map<string, Promise<LookupAddress[]>>()

  function ask(hostname: string, options: LookupOptions): Promise<LookupAddress[]> {
    const addresses = new Promise<LookupAddress[]>((resolve, reject) => {
      lookup(hostname, { ...options, all: true }, (error, found) => {
        if (error) reject(error)
        else resolve(found as LookupAddress[])
      })
    })
    known.set(hostname, addresses)
    const forget = (): void => void known.delete(hostname)
    addresses.then(() => setTimeout(forget, maxAgeMs).unref(), forget)
    return addresses
  }

  return (hostname, options, callback) => {
    // The connections of a transport ask with the same options, so the name alone is the key.
    const addresses = known.get(hostname) ?? ask(hostname, options)
    addresses.then(
      (all) => (options.all === true ? callback(null, all) : callback(null, all[0]?.address ?? '', all[0]?.family)),
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }
}
