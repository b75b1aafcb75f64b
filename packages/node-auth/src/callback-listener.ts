import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { AuthError, isAuthError } from '@grantkit/auth-core'
import { waitForAnswer, type AnswerOptions, type CallbackJudge } from './callback-answer.ts'
import { pageHeaders, pages, renderPage, type CallbackPage } from './callback-page.ts'
import { atPort, type LoopbackRedirect } from './redirect-uri.ts'

/** Listens on the redirect URI of one sign-in. */
export interface CallbackListener {
  /** The redirect URI, with the port that it got. */
  readonly redirect: LoopbackRedirect
  /**
   * Waits for the one answer, hands it to `complete` and gives its result. Rejects with `sign_in_timeout`, with the
   * signal's reason, or with what `complete` threw. An exchange that has begun is never cut off: the authorization
   * code is spent by then.
   */
  answer<T>(options: AnswerOptions<T>): Promise<T>
  /** Judges an address that came another way than by a request, as if it had come by one. */
  readonly judge: CallbackJudge
  /** Stops listening. May be called at any time, also twice. */
  close(): Promise<void>
}

const nobodyWaits: CallbackJudge = () => Promise.resolve(pages.over)

// Cookies of localhost are shared by all ports, so other local programs fill this request's headers too.
const maxHeaderSize = 64 * 1024

/**
 * Binds the loopback addresses of a redirect URI. Throws `port_in_use` when another program holds one of them; a
 * machine without IPv6 is fine.
 */
export async function listenForCallback(wanted: LoopbackRedirect): Promise<CallbackListener> {
  let judge = nobodyWaits
  const responding = new Set<Promise<void>>()
  const onRequest: OnRequest = (redirect, request, response) => {
    const responded = respond(redirect, request, response, judge).finally(() => responding.delete(responded))
    responding.add(responded)
  }
  const { redirect, servers } = await bindAll(wanted, onRequest)
  return {
    redirect,
    answer: (options) => waitForAnswer(options, (next) => (judge = next)),
    judge: (callback) => judge(callback),
    async close() {
      const closing = servers.splice(0)
      for (const server of closing) server.close()
      // The person still gets the page; connections that browsers open ahead and never use do not hold us up.
      await Promise.all(responding)
      for (const server of closing) server.closeAllConnections()
    },
  }
}

type OnRequest = (redirect: LoopbackRedirect, request: IncomingMessage, response: ServerResponse) => void

interface Bound {
  /** With the port that was bound. */
  readonly redirect: LoopbackRedirect
  readonly servers: Server[]
}

/** How often a port that was free on one address may be taken on the other. */
const mostPorts = 8

async function bindAll(wanted: LoopbackRedirect, onRequest: OnRequest, portsLeft: number = mostPorts): Promise<Bound> {
  const servers: Server[] = []
  let redirect = wanted
  const onRequestHere: RequestListener = (request, response) => onRequest(redirect, request, response)
  try {
    for (const address of wanted.addresses) {
      const server = await bind(address, redirect, onRequestHere)
      if (server === undefined) continue
      servers.push(server)
      if (redirect.port === 0) redirect = atPort(wanted, portOf(server))
    }
  } catch (error) {
    for (const server of servers) server.close().closeAllConnections()
    if (wanted.port !== 0 || portsLeft <= 1 || !isAuthError(error, 'port_in_use')) throw error
    return await bindAll(wanted, onRequest, portsLeft - 1)
  }
  return { redirect, servers }
}

async function bind(
  address: string,
  redirect: LoopbackRedirect,
  onRequest: RequestListener,
): Promise<Server | undefined> {
  const server = createServer({ maxHeaderSize, headersTimeout: 10_000, requestTimeout: 10_000 }, onRequest)
  server.listen({ host: address, port: redirect.port, ipv6Only: address === '::1', exclusive: true })
  try {
    await once(server, 'listening')
    return server
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    const familyIsOff = code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'
    if (familyIsOff && redirect.addresses.length > 1 && address === '::1') return undefined
    throw cannotListen(redirect, String(code))
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function cannotListen(redirect: LoopbackRedirect, code: string): AuthError {
  if (code === 'EADDRINUSE') {
    return new AuthError(
      'port_in_use',
      `Port ${redirect.port} is in use, so nothing can answer on ${redirect.uri}. Stop the program that holds it (it ` +
        'may be another sign-in), or register a redirect URI with another port and use that one.',
    )
  }
  return new AuthError('invalid_redirect_uri', `This program cannot listen on ${redirect.uri} (${code}).`)
}

async function respond(
  redirect: LoopbackRedirect,
  request: IncomingMessage,
  response: ServerResponse,
  judge: CallbackJudge,
): Promise<void> {
  const closed = new Promise<void>((resolve) => response.once('close', () => resolve()))
  const page = findRefusal(redirect, request) ?? (await judge(callbackOf(redirect, request)))
  response.writeHead(page.status, page === pages.wrongMethod ? { ...pageHeaders, allow: 'GET' } : pageHeaders)
  response.end(renderPage(page))
  await closed
}

// A page of somebody else may resolve its own name to this machine, or send a request here: the browser then names
// that page in Host or Origin.
function findRefusal(redirect: LoopbackRedirect, request: IncomingMessage): CallbackPage | undefined {
  const hosts = request.headersDistinct['host']
  if (hosts?.length !== 1 || hosts[0]?.toLowerCase() !== redirect.host) return pages.foreign
  if (request.headers.origin !== undefined && request.headers.origin !== `http://${redirect.host}`) return pages.foreign
  if (request.url?.split('?', 1)[0] !== redirect.path) return pages.notFound
  return request.method === 'GET' ? undefined : pages.wrongMethod
}

function callbackOf(redirect: LoopbackRedirect, request: IncomingMessage): URL {
  const target = request.url ?? ''
  const start = target.indexOf('?')
  const callback = new URL(redirect.uri)
  callback.search = start === -1 ? '' : target.slice(start)
  return callback
}
