import { createRoute, z } from '@hono/zod-openapi'
import { getCookie, setCookie } from 'hono/cookie'
import type { ConnectFlow, Step } from '../connect/connect-flow.ts'
import { toPage } from '../connect/page.ts'
import { unavailable } from '../connect/result-page.ts'
import { visitMs } from '../connect/visits.ts'
import { fail } from '../http/problem.ts'
import type { Tenants } from '../model/tenants.ts'
import type { Settings } from '../settings.ts'
import type { Registrar } from './registrar.ts'
import { idSchema, ok, problemResponses, providerSchema } from './schemas.ts'

export interface ConnectPorts {
  readonly flow: ConnectFlow
  readonly tenants: Tenants
  readonly settings: Pick<Settings, 'publicUrl'>
}

const invitation = z.object({ connect_url: z.url(), expires_in: z.number(), message: z.string() }).openapi('Invitation')
const page = { 200: { description: 'A page', content: { 'text/html': { schema: z.string() } } }, ...problemResponses }
const ticketParams = z.object({ ticket: z.string() })

/** The flow in which a person connects an app in the browser. */
export function addConnectRoutes({ route }: Registrar, { flow, tenants, settings }: ConnectPorts): void {
  const isSecure = settings.publicUrl.startsWith('https:')
  const cookieName = isSecure ? '__Host-grantkit-connect' : 'grantkit-connect'
  const cookie = { httpOnly: true, sameSite: 'Lax', secure: isSecure, path: '/' } as const

  const invite = createRoute({
    method: 'post',
    path: '/tenants/{tenant}/apps/{app}/connect',
    tags: ['Connecting'],
    summary: 'Makes a link with which a person connects an app',
    request: { params: z.object({ tenant: idSchema, app: idSchema }) },
    responses: ok(invitation, 'The link: it works once'),
  })
  route('tenant', invite, async (c) => {
    const task = c.req.valid('param')
    if ((await tenants.apps.get(task.tenant, task.app)) === undefined) {
      fail({ status: 404, code: 'app_not_found', detail: 'Tenant or app not found' })
    }
    const { url, expiresInMs } = await flow.invite(task)
    const message = 'Open connect_url in the browser of the person who connects'
    return c.json({ connect_url: url, expires_in: expiresInMs / 1000, message }, 200)
  })

  const show = createRoute({
    method: 'get',
    path: '/connect/{ticket}',
    tags: ['Connecting'],
    summary: 'Shows a person what they are asked for',
    request: { params: ticketParams },
    responses: page,
  })
  route(
    'public',
    show,
    async (c) => (await toPage(await flow.show(c.req.valid('param').ticket).catch(unavailable))) as never,
  )

  const begin = createRoute({
    method: 'post',
    path: '/connect/{ticket}',
    tags: ['Connecting'],
    summary: 'Sends the browser on to the provider',
    request: { params: ticketParams },
    responses: page,
  })
  route('public', begin, async (c) => {
    const step = await flow.begin(c.req.valid('param').ticket).catch((error): Step => ({ page: unavailable(error) }))
    if (step.task !== undefined) c.set('task', step.task)
    if ('page' in step) return (await toPage(step.page)) as never
    setCookie(c, cookieName, step.browser, { ...cookie, maxAge: visitMs / 1000 })
    c.header('cache-control', 'no-store')
    c.header('referrer-policy', 'no-referrer')
    return c.redirect(step.redirect.href, 303) as never
  })

  const callback = createRoute({
    method: 'get',
    path: '/oauth/callback/{provider}',
    tags: ['Connecting'],
    summary: 'Takes the browser back from the provider',
    request: { params: z.object({ provider: providerSchema }) },
    responses: page,
  })
  route('public', callback, async (c) => {
    const { path, query } = c.env.target
    const url = new URL(`${settings.publicUrl}${path}${query}`)
    const browser = getCookie(c, cookieName)
    const step = await flow.complete(url, browser).catch((error) => ({ page: unavailable(error), task: undefined }))
    if (step.task !== undefined) c.set('task', step.task)
    const answer = await toPage(step.page)
    setCookie(c, cookieName, '', { ...cookie, maxAge: 0 })
    return answer as never
  })
}
