import type { Context } from 'hono'
import { createRoute, z } from '@hono/zod-openapi'
import { shortRoutes, upstreams, type ShortRoute, type Upstream } from '../api/upstreams.ts'
import type { Forward } from '../forward/forward.ts'
import type { GatewayEnv } from '../gateway-env.ts'
import { sessionParameter } from '../http/credential.ts'
import { fail } from '../http/problem.ts'
import { withoutParameters } from '../http/query.ts'
import type { Settings } from '../settings.ts'
import type { Registrar } from './registrar.ts'
import { problemResponses } from './schemas.ts'

export interface ForwardRoutePorts {
  readonly forward: Forward
  readonly settings: Settings
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
/** What the first gateway took for itself; the tenant comes from the session now. */
const ownParameters = [sessionParameter, 'tenant_id']

/** The prefixes of the APIs, and the routes of the first gateway that name none. */
export function addForwardRoutes({ prefix, route }: Registrar, { forward, settings }: ForwardRoutePorts): void {
  async function send(c: Context<GatewayEnv>, upstream: Upstream, path: string): Promise<Response> {
    const { target } = c.env
    const query = settings.sessionInQuery ? withoutParameters(target.query, ownParameters) : target.query
    return await forward({ request: c.req.raw, target: { path, query }, upstream, open: c.get('open') })
  }

  for (const upstream of Object.values(upstreams)) {
    const path = `/${upstream.name}-proxy`
    const document = {
      tags: ['Forwarding'],
      summary: `Any operation of the ${upstream.name} API`,
      request: { params: z.object({ path: z.string() }) },
      responses: answerOf(upstream),
    }
    prefix('session', { path, methods, document }, (c) =>
      send(c, upstream, c.env.target.path.slice(path.length) || '/'),
    )
  }

  for (const short of shortRoutes) {
    const config = createRoute({
      method: 'get',
      path: short.path,
      tags: ['Forwarding'],
      summary: `The same as /${short.upstream.name}-proxy${short.leadsTo}`,
      request: { params: z.object(Object.fromEntries(namesIn(short.path).map((name) => [name, z.string()]))) },
      responses: answerOf(short.upstream),
    })
    route('session', config, (c) => send(c, short.upstream, fill(short, c)) as never)
  }
}

function answerOf({ name }: Upstream) {
  return { 200: { description: `What the ${name} API answered` }, ...problemResponses } as const
}

function namesIn(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
}

/** Takes the parts of the path as they stand in the target, not decoded and encoded again. */
function fill({ path, leadsTo }: ShortRoute, c: Context<GatewayEnv>): string {
  const given = c.env.target.path.split('/')
  const values = new Map(path.split('/').map((part, index) => [part, given[index] ?? '']))
  return leadsTo.replaceAll(/\{\w+\}/g, (name) => values.get(name) ?? accountKeyOf(c))
}

function accountKeyOf(c: Context<GatewayEnv>): string {
  const { accountKey } = c.get('open').app
  if (accountKey !== undefined) return encodeURIComponent(accountKey)
  return fail({ status: 409, code: 'account_key_missing', detail: 'This app has no account_key, which the path needs' })
}
