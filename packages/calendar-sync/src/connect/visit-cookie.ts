/** As long as auth-core knows an attempt by its state: a browser that comes too late is told so, not sent away as a stranger. */
const cookieSeconds = 3600

/** The cookie that binds a sign-in to its browser. `__Host-`: no other host, and no page without TLS, can have set it. */
export interface VisitCookie {
  read(request: Request): string | undefined
  /** Writes the value of a `Set-Cookie` header. */
  write(visit: string): string
}

/** Browsers give back a `Secure` cookie over TLS only, so on loopback without TLS there is none. */
export function createVisitCookie(isSecure: boolean): VisitCookie {
  const name = isSecure ? '__Host-grantkit-calendar' : 'grantkit-calendar'
  // Lax: the way back from Google is a navigation from another site, and has to carry it.
  const attributes = `Path=/; Max-Age=${cookieSeconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return {
    read(request) {
      const pairs = (request.headers.get('cookie') ?? '').split(';').map((pair) => pair.trim())
      return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
    },
    write: (visit) => `${name}=${visit}; ${attributes}`,
  }
}
