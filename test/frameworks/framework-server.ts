import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, getRequestListener } from '@hono/node-server'
import type { CalendarConnect } from '@grantkit/calendar-sync/connect'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'

/** A server of a framework with the handler mounted below a path, as its users would mount it. */
export type Serve = (path: string, connect: CalendarConnect) => Promise<Running>

export interface Running {
  readonly origin: string
  close(): Promise<unknown>
}

export const serveHono: Serve = async (path, connect) => {
  const app = new Hono()
  app.all(`${path}/*`, (c) => connect(c.req.raw))
  return await listenOn(createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server)
}

/** With its body parsers before it, as most apps have them: the body is read by the time the handler is asked. */
export const serveExpress: Serve = async (path, connect) => {
  const app = express()
  app.use(express.json(), express.urlencoded())
  app.all(`${path}/*rest`, getRequestListener(connect, { overrideGlobalObjects: false }))
  return await new Promise((resolve, reject) => {
    const server = app.listen(0, '127.0.0.1', (error) => (error ? reject(error) : resolve(running(server))))
  })
}

export const serveFastify: Serve = async (path, connect) => {
  const app = fastify()
  const listener = getRequestListener(connect, { overrideGlobalObjects: false })
  app.all(`${path}/*`, async (request, reply) => {
    reply.hijack()
    await listener(request.raw, reply.raw)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return running(app.server)
}

/**
 * Route handlers of Next are functions of a web `Request`, exported by the name of the method. Next itself weighs
 * hundreds of megabytes, so what calls them here is a router that does with them what its documentation says. Tried with
 * Next 16.4.6 itself, built and started (2026-11): the same answers, and 308 from each path with a slash at its end.
 * https://nextjs.org/docs/app/api-reference/file-conventions/route (2026)
 */
export const serveRouteHandlers: Serve = async (path, connect) => {
  const route: Record<string, RouteHandler> = { GET: connect, HEAD: connect, POST: connect }
  const fetch = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    if (!pathname.startsWith(`${path}/`)) return new Response(null, { status: 404 })
    const params = Promise.resolve({ path: pathname.slice(path.length + 1).split('/') })
    return (await route[request.method]?.(request, { params })) ?? new Response(null, { status: 405 })
  }
  return await listenOn(createAdaptorServer({ fetch, overrideGlobalObjects: false }) as Server)
}

type RouteHandler = (request: Request, context: { params: Promise<{ path: string[] }> }) => Promise<Response>

async function listenOn(server: Server): Promise<Running> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return running(server)
}

function running(server: Server): Running {
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
