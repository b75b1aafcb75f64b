// Who is signed in: a name in a cookie, signed by a secret of this run. Apps have something better.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export interface Sessions {
  /** Tells who sent a request. */
  userOf(request: Request): Promise<string | undefined>
  /** Writes a `Set-Cookie` for a user; for nobody, one that ends the session. */
  cookieFor(user: string | undefined): string
}

export function createSessions(): Sessions {
  const secret = randomBytes(32)
  const sign = (user: string): string => createHmac('sha256', secret).update(user).digest('base64url')
  return {
    async userOf(request) {
      const found = /(?:^|; )user=(?<user>\w+)\.(?<signature>[\w-]{43})(?:;|$)/.exec(
        request.headers.get('cookie') ?? '',
      )
      const { user, signature } = found?.groups ?? {}
      if (user === undefined || signature === undefined) return undefined
      return timingSafeEqual(Buffer.from(signature), Buffer.from(sign(user))) ? user : undefined
    },
    cookieFor(user) {
      const value = user === undefined ? '; Max-Age=0' : `${user}.${sign(user)}`
      return `user=${value}; Path=/; HttpOnly; SameSite=Lax`
    },
  }
}
