import { http, type HttpHandler, HttpResponse } from 'msw'
import type { Sandbox } from './sandbox.ts'
import { vendorOfHost } from './vendor.ts'

/**
 * Puts a sandbox behind msw: requests to the vendors' own hosts, and no others, are answered by it. A connection that
 * breaks is a network error; so is one that is cut in the body, which msw sends as a whole or not at all.
 *
 * @example
 *   const server = setupServer(...sandboxHandlers(createSandbox()))
 */
export function sandboxHandlers(sandbox: Sandbox): HttpHandler[] {
  const answer = async ({ request }: Asked): Promise<Response> => {
    try {
      return await sandbox.fetch(request.clone())
    } catch {
      return HttpResponse.error()
    }
  }
  return [http.all(isVendors, answer)]
}

interface Asked {
  readonly request: Request
}

function isVendors({ request }: Asked): boolean {
  return vendorOfHost(new URL(request.url).hostname) !== undefined
}
