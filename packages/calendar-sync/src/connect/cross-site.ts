/**
 * Tells whether a page of another origin sent this request with somebody's cookies. Browsers say so in
 * `Sec-Fetch-Site`, older ones in `Origin`; programs send neither, and carry nobody's cookies.
 * https://www.w3.org/TR/fetch-metadata/ (2025).
 */
export function isCrossSite({ headers }: Request, ownOrigin: string): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  return origin !== null && origin !== ownOrigin
}
