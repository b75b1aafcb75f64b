import { isIP } from 'node:net'

/** Says what is wrong with the address of a provider's instance, or nothing. */
export function faultOfInstanceUrl(text: string, { allowLoopback }: { allowLoopback: boolean }): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) return 'must be an address such as https://your-instance.carthooks.com'
  if (url.username + url.password + url.search + url.hash !== '') return 'takes no credentials, query or fragment'
  const host = url.hostname.replaceAll(/[[\]]/g, '')
  // The sandbox speaks http, and only on this machine.
  if (allowLoopback && /^https?:$/.test(url.protocol) && /^(127\.0\.0\.1|::1|localhost)$/.test(host)) return undefined
  if (url.protocol !== 'https:') return 'must begin with https://'
  // The parser has read octal, hexadecimal and decimal forms by now.
  if (isIP(host) !== 0) return 'must name a host, not an address'
  if (!host.includes('.') || host.endsWith('.localhost')) return 'must name a host of the internet'
  return undefined
}
