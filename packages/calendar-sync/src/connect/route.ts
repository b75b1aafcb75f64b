/** What the handler answers beneath its base path. */
export type ConnectRoute = 'connect' | 'callback' | 'status' | 'disconnect'

const methods: Readonly<Record<ConnectRoute, readonly string[]>> = {
  connect: ['GET', 'HEAD'],
  callback: ['GET', 'HEAD'],
  status: ['GET', 'HEAD'],
  disconnect: ['POST'],
}

export type RouteMatch =
  | { readonly kind: 'found'; readonly route: ConnectRoute }
  | { readonly kind: 'wrong_method'; readonly allow: string }
  | { readonly kind: 'nothing_here' }

/** Finds the route of a path below the base path, with a slash at its end or without. */
export function matchRoute(basePath: string, { method, pathname }: { method: string; pathname: string }): RouteMatch {
  if (!pathname.startsWith(`${basePath}/`)) return { kind: 'nothing_here' }
  const name = pathname.slice(basePath.length + 1).replace(/\/$/, '')
  if (!isRoute(name)) return { kind: 'nothing_here' }
  const allowed = methods[name]
  return allowed.includes(method) ? { kind: 'found', route: name } : { kind: 'wrong_method', allow: allowed.join(', ') }
}

function isRoute(name: string): name is ConnectRoute {
  return Object.hasOwn(methods, name)
}
