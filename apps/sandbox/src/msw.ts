import type { Sandbox } from './sandbox.ts'
import { vendorOfHost } from './vendor.ts'

interface Asked {
  readonly request: Request
}

/** Which requests are meant, and what answers them. */
export type SandboxRoute = readonly [isMeant: (asked: Asked) => boolean, answer: (asked: Asked) => Promise<Response>]

/**
 * Returns what `http.all` of msw takes to put a sandbox behind it: requests to the vendors' own hosts, and no others, are
 * answered by the sandbox. A connection that breaks is a network error; so is one that is cut in the body, which msw sends
 * as a whole or not at all.
 *
 * @example
 *   const server = setupServer(http.all(...sandboxRoute(createSandbox())))
 */
export function sandboxRoute(sandbox: Sandbox): SandboxRoute {
  return [isVendors, ({ request }) => sandbox.fetch(request.clone()).catch(() => Response.error())]
}

function isVendors({ request }: Asked): boolean {
  return vendorOfHost(new URL(request.url).hostname) !== undefined
}
