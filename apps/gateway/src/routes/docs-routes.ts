import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { docsPolicy, readDocsFile } from '../docs-ui.ts'
import type { GatewayEnv } from '../gateway-env.ts'
import { fail } from '../http/problem.ts'
import type { Registrar } from './registrar.ts'
import { problemResponses } from './schemas.ts'

const shown = { 200: { description: 'A page or a part of it' }, ...problemResponses }

/** GET /docs: Swagger UI, all of it from here. GET /redoc leads there. */
export function addDocsRoutes({ route }: Registrar): void {
  const docs = createRoute({
    method: 'get',
    path: '/docs',
    tags: ['Service'],
    summary: 'This document, to read',
    responses: shown,
  })
  route('public', docs, (c) => send(c, 'index.html') as never)

  const file = createRoute({
    method: 'get',
    path: '/docs/{file}',
    tags: ['Service'],
    summary: 'What /docs is made of',
    request: { params: z.object({ file: z.string() }) },
    responses: shown,
  })
  route('public', file, (c) => send(c, c.req.valid('param').file) as never)

  const old = createRoute({
    method: 'get',
    path: '/redoc',
    tags: ['Service'],
    summary: 'Leads to /docs',
    responses: { 308: { description: 'To /docs' } },
  })
  route('public', old, (c) => c.redirect('/docs', 308) as never)
}

async function send(c: Context<GatewayEnv>, name: string): Promise<Response> {
  const file = await readDocsFile(name)
  if (file === undefined) return fail({ status: 404, code: 'file_not_found', detail: 'There is nothing here' })
  return c.body(file.body, 200, {
    'content-type': file.type,
    'content-security-policy': docsPolicy,
    'x-content-type-options': 'nosniff',
  })
}
