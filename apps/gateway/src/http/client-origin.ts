import { BlockList, isIP } from 'node:net'

/** Who stands at the other end, as far as it can be known. */
export interface ClientOrigin {
  /** The address of the caller; absent where no socket is at hand. */
  readonly address?: string
  /** How the caller reached the proxy in front; absent without a proxy that says so. */
  readonly scheme?: string
}

export type ReadClientOrigin = (peer: string | undefined, headers: Headers) => ClientOrigin

/** Tells whether each is an address, or one with the length of its prefix, such as 10.0.0.0/8. */
export function areNetworks(networks: readonly string[]): boolean {
  try {
    toBlockList(networks)
    return true
  } catch {
    return false
  }
}

/**
 * Makes what reads the caller's address and scheme. `X-Forwarded-For` and `X-Forwarded-Proto` count only from a peer in
 * one of `trustedProxies`; whoever else sends them is the caller.
 */
export function createReadClientOrigin(trustedProxies: readonly string[]): ReadClientOrigin {
  const trusted = toBlockList(trustedProxies)
  const isTrusted = (address: string): boolean => {
    const family = isIP(address)
    return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }

  return (peer, headers) => {
    if (peer === undefined) return {}
    const near = plain(peer)
    if (!isTrusted(near)) return { address: near }
    const scheme = listOf(headers, 'x-forwarded-proto').at(-1)?.toLowerCase()
    return { address: farthestOf(headers) ?? near, ...(scheme === undefined ? {} : { scheme }) }
  }

  /** Each proxy adds its own peer at the end, so the list is believed from there to the first one nobody vouches for. */
  function farthestOf(headers: Headers): string | undefined {
    let farthest: string | undefined
    for (const hop of listOf(headers, 'x-forwarded-for').toReversed()) {
      if (isIP(plain(hop)) === 0) break
      farthest = plain(hop)
      if (!isTrusted(farthest)) break
    }
    return farthest
  }
}

function listOf(headers: Headers, name: string): readonly string[] {
  const value = headers.get(name)
  return value === null ? [] : value.split(',').map((each) => each.trim())
}

/** A socket that listens on IPv6 writes IPv4 addresses in this form. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', length, ...others] = network.split('/')
    const family = isIP(address)
    if (family === 0 || others.length > 0) throw new TypeError('not an address')
    const whole = family === 6 ? 128 : 32
    const prefix = length === undefined ? whole : Number(length === '' ? Number.NaN : length)
    list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
