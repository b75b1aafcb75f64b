import { ApiError } from './api-error.ts'
import type { ApiDefinition } from './definition.ts'

/**
 * Chooses where an API is called: the given base URL; else the definition's; else, if the connection's token may go to
 * exactly one other origin (a sandbox, a proxy), there with the definition's path. Throws `invalid_base_url`.
 */
export function chooseBaseUrl(definition: ApiDefinition<string>, audience: readonly string[], given?: string): string {
  const { api, address } = { api: definition.id, address: given ?? definition.baseUrl }
  const url = checkBaseUrl(api, address)
  if (audience.includes(url.origin)) return address
  const [only, ...others] = audience
  if (given === undefined && only !== undefined && others.length === 0) return moveTo(api, url, only)
  const allowed = audience.length === 0 ? 'no origin' : audience.join(', ')
  throw invalid(api, `${url.origin} is no origin this connection's token may go to. It may go to: ${allowed}.`)
}

function moveTo(api: string, url: URL, origin: string): string {
  const moved = withoutEnd(origin, url)
  checkBaseUrl(api, moved)
  return moved
}

function checkBaseUrl(api: string, address: unknown): URL {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined) throw invalid(api, 'it is not an absolute URL.')
  if (url.username !== '' || url.password !== '') throw invalid(api, 'it must not contain credentials.')
  const plain = withoutEnd(url.origin, url)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw invalid(api, `it must use https (plain http is for loopback addresses only), but is ${plain}.`)
  }
  if (address !== plain) {
    throw invalid(api, `write it as "${plain}", without query, fragment or a slash at the end.`)
  }
  return url
}

function withoutEnd(origin: string, { pathname }: URL): string {
  return origin + pathname.replace(/\/+$/, '')
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function invalid(api: string, problem: string): ApiError {
  return new ApiError('invalid_base_url', `${api}: the base URL cannot be used: ${problem}`, { api })
}
