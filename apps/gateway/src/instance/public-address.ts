import { BlockList, isIP } from 'node:net'

type Subnet = readonly [address: string, prefix: number]

// What the IANA registries of special-purpose addresses call not globally reachable, and what only looks like it is:
// https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
const notPublicV4: readonly Subnet[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local; cloud metadata.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  // Relays of 6to4.
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 3],
  // Metadata of Azure, at an address that belongs to nobody else.
  ['168.63.129.16', 32],
]
/** All other addresses of IPv6 are of a machine, a link or a site, or carry an IPv4 address. */
const unicastV6: Subnet = ['2000::', 3]
const notPublicV6: readonly Subnet[] = [
  // Protocols, Teredo among them; documentation; 6to4.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const refusedV4 = listOf(notPublicV4, 'ipv4')
const grantedV6 = listOf([unicastV6], 'ipv6')
const refusedV6 = listOf(notPublicV6, 'ipv6')

/** Tells whether an address is one of the open internet. Anything that is no address is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !refusedV4.check(address, 'ipv4')
  return family === 6 && grantedV6.check(address, 'ipv6') && !refusedV6.check(address, 'ipv6')
}

function listOf(subnets: readonly Subnet[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, family)
  return list
}
