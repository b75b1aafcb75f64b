/** Where an instance has its API. */
const instanceBase = '/open/api'
/** The vendor's own host has at its root what an instance has below that path. */
const rootHost = 'api.carthooks.com'
/** As the documents write it; the SDKs look for it below the base path, where the specification has it too. */
const documentedCodePath = '/api/oauth/get-authorize-code'

/** Returns the address of a request as on an instance. */
export function readCarthooksAddress(url: URL): URL {
  const path = pathOnInstance(url)
  if (path === url.pathname) return url
  const moved = new URL(url)
  moved.pathname = path
  return moved
}

function pathOnInstance({ hostname, pathname }: URL): string {
  if (pathname === documentedCodePath) return `${instanceBase}/oauth/get-authorize-code`
  if (hostname !== rootHost || pathname === instanceBase || pathname.startsWith(`${instanceBase}/`)) return pathname
  return instanceBase + pathname
}
