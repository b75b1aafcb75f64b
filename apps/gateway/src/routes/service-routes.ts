import { createRoute, z } from '@hono/zod-openapi'
import type { Metrics } from '../metrics.ts'
import type { Registrar } from './registrar.ts'
import { ok, problemResponses } from './schemas.ts'

export interface ServicePorts {
  readonly metrics: Pick<Metrics, 'write'>
  /** Writes the document of all routes. */
  openapi(): Record<string, unknown>
}

/** GET /openapi.json: what there is to call. GET /metrics: counts. */
export function addServiceRoutes({ route }: Registrar, { metrics, openapi }: ServicePorts): void {
  const document = createRoute({
    method: 'get',
    path: '/openapi.json',
    tags: ['Service'],
    summary: 'This document',
    responses: ok(z.record(z.string(), z.unknown()), 'OpenAPI 3.1'),
  })
  route('public', document, (c) => c.json(openapi(), 200))

  const counts = createRoute({
    method: 'get',
    path: '/metrics',
    tags: ['Service'],
    summary: 'Counts for Prometheus',
    responses: {
      200: { description: 'Counts', content: { 'text/plain': { schema: z.string() } } },
      ...problemResponses,
    },
  })
  route('operator', counts, (c) => c.text(metrics.write(), 200, { 'content-type': 'text/plain; version=0.0.4' }))
}
