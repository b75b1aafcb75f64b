import { checkOptions } from './check-options.ts'
import { systemClock, type Clock } from './clock.ts'
import { AuthError } from './errors.ts'
import type { Fetch } from './fetch.ts'
import { readJson } from './grants/read-json.ts'
import { checkAddress, defineProvider, type Provider, type ProviderData } from './provider.ts'
import { readMetadata } from './provider-metadata.ts'
import { safeCause } from './refresh/outcome.ts'
import { abortAfter } from './stopwatch.ts'
import { untilAborted } from './until-aborted.ts'

export interface DiscoveryOptions {
  /** Where the document lies: RFC 8414 (`oauth2`) or OpenID Connect Discovery (`oidc`). */
  readonly algorithm: 'oauth2' | 'oidc'
  /** What no document tells, and anything that is known better: it replaces what was discovered. */
  readonly data: Pick<ProviderData, 'id' | 'audience' | 'rotation'> & Partial<Omit<ProviderData, 'issuer'>>
  readonly fetch?: Fetch
  readonly clock?: Clock
  /** How long the document may take. Default 10 s. */
  readonly timeoutMs?: number
}

const optionNames = ['algorithm', 'data', 'fetch', 'clock', 'timeoutMs']

/**
 * Makes a provider from an issuer's metadata document. The document counts only if its `issuer` is the given one,
 * character by character. Throws `metadata_invalid` for a document of somebody else, one that cannot be used, or one
 * that lists challenge methods without S256; `insecure_endpoint` for an address that is not https;
 * `provider_unreachable` where no answer came. Redirects are not followed, nothing is kept: call it once, at the start.
 */
export async function discoverProvider(issuer: string, options: DiscoveryOptions): Promise<Provider> {
  checkOptions('discoverProvider', options, optionNames)
  const { data, algorithm } = options
  const url = documentUrl(checkAddress('issuer', issuer, data.allowLoopbackHttp), algorithm)
  const body = await fetchDocument(url, options)
  if (body['issuer'] !== issuer) {
    throw invalid(issuer, 'is for another issuer; compare them character by character, also the slash at the end')
  }
  const found = readMetadata(body, (problem) => invalid(issuer, problem))
  return defineProvider({ ...found, ...data, issuer, endpoints: { ...found.endpoints, ...data.endpoints } })
}

/** RFC 8414 puts its name between host and path, OpenID Connect behind the path. */
function documentUrl(issuer: URL, algorithm: DiscoveryOptions['algorithm']): URL {
  const path = issuer.pathname.replace(/\/$/, '')
  if (algorithm === 'oidc') return new URL(`${issuer.origin}${path}/.well-known/openid-configuration`)
  if (algorithm === 'oauth2') return new URL(`${issuer.origin}/.well-known/oauth-authorization-server${path}`)
  throw new AuthError('invalid_option', "discoverProvider: algorithm must be 'oauth2' or 'oidc'.")
}

async function fetchDocument(url: URL, options: DiscoveryOptions): Promise<Record<string, unknown>> {
  const { fetch = (input, init) => globalThis.fetch(input, init), clock = systemClock, timeoutMs = 10_000 } = options
  const limit = abortAfter(clock, timeoutMs)
  const { signal } = limit
  try {
    const answer = fetch(url, { redirect: 'manual', headers: { accept: 'application/json' }, signal })
    const { status, isJson, body } = await untilAborted(answer.then(readAnswer), signal)
    if (status !== 200) throw invalid(url.href, `was answered with ${status}`)
    if (!isJson || body === undefined) throw invalid(url.href, 'is no JSON object of at most 1 MiB')
    return body
  } catch (error) {
    if (error instanceof AuthError) throw error
    throw new AuthError('provider_unreachable', `The metadata document ${url.href} could not be fetched. Try again.`, {
      cause: safeCause(error, []),
    })
  } finally {
    limit.cancel()
  }
}

async function readAnswer(
  response: Response,
): Promise<{ status: number; isJson: boolean; body?: Record<string, unknown> }> {
  return { status: response.status, ...(await readJson(response)) }
}

function invalid(what: string, problem: string): AuthError {
  return new AuthError('metadata_invalid', `The metadata document of ${what} ${problem}.`)
}
