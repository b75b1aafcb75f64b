import { createRoute, type OpenAPIHono, type RouteConfig, type RouteHandler } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { GatewayEnv } from '../gateway-env.ts'
import type { Access, GatewayRoute } from './access.ts'

export interface Registrar {
  readonly routes: readonly GatewayRoute[]
  /** Adds a route with its documentation. There is no other way to add one, so that none is without a policy. */
  route<R extends RouteConfig>(access: Access, config: R, handler: RouteHandler<R, GatewayEnv>): void
  /** Adds a prefix below which any path and any of the methods is taken. */
  prefix(access: Access, config: PrefixConfig, handler: MiddlewareHandler<GatewayEnv>): void
}

export interface PrefixConfig {
  readonly methods: readonly ('get' | 'post' | 'put' | 'patch' | 'delete')[]
  /** Without the star. */
  readonly path: string
  readonly document: Omit<RouteConfig, 'method' | 'path'>
}

export function createRegistrar(
  app: OpenAPIHono<GatewayEnv>,
  guard: (access: Access) => MiddlewareHandler<GatewayEnv>,
): Registrar {
  const routes: GatewayRoute[] = []

  return {
    routes,
    route(access, config, handler) {
      routes.push({ access, method: config.method.toUpperCase(), path: config.path })
      const route = createRoute({ ...config, security: securityOf(access) })
      app.on(config.method.toUpperCase(), route.getRoutingPath(), guard(access))
      app.openapi(route, handler as never)
    },
    prefix(access, { methods, path, document }, handler) {
      for (const method of methods) {
        routes.push({ access, method: method.toUpperCase(), path: `${path}/*` })
        app.openAPIRegistry.registerPath({ ...document, method, path: `${path}/{path}`, security: securityOf(access) })
      }
      app.all(`${path}/*`, guard(access), handler)
    },
  }
}

function securityOf(access: Access): Record<string, string[]>[] {
  if (access === 'public') return []
  return [{ [access === 'session' ? 'session' : 'apiKey']: [] }]
}
