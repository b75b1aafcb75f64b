/**
 * Knows a browser again by a cookie: `<secret>.<hash of secret and user>`. Who comes back is compared with who set out,
 * although the cookie names nobody; and a second tab of the same user goes on with the same cookie, so that neither tab
 * locks the other out.
 */
const visitPattern = /^(?<secret>[0-9a-f]{64})\.[0-9a-f]{64}$/

/** Gives the visit of a user, the one that the browser has or a new one. */
export async function openVisit(user: string, current: string | undefined): Promise<string> {
  if (current !== undefined && (await isVisitOf(user, current))) return current
  return await sealVisit(user, toHex(crypto.getRandomValues(new Uint8Array(32))))
}

/** Tells whether a visit was opened for this user. */
export async function isVisitOf(user: string, visit: string): Promise<boolean> {
  const secret = visitPattern.exec(visit)?.groups?.['secret']
  return secret !== undefined && visit === (await sealVisit(user, secret))
}

async function sealVisit(user: string, secret: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${secret} ${user}`))
  return `${secret}.${toHex(new Uint8Array(digest))}`
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
