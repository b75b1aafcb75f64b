import { z } from '@hono/zod-openapi'
import { idPattern } from '../model/records.ts'
import { providerIds } from '../model/tenants.ts'

/** The name of a tenant or an app. */
export const idSchema = z.string().regex(idPattern, 'letters, digits, ".", "_" and "-", 100 at most')

export const providerSchema = z.enum(providerIds)

export const instantSchema = z.iso.datetime()

/** RFC 9457. `detail` is what the first gateway answered. */
const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    action: z.string().optional(),
    errorCode: z.string().optional(),
    upstreamStatus: z.number().optional(),
  })
  .openapi('Problem')

export const problemResponses = {
  default: { description: 'What went wrong', content: { 'application/problem+json': { schema: problemSchema } } },
} as const

/** The 200 of a route, as JSON. */
export function ok<S extends z.ZodType>(schema: S, description: string) {
  return { 200: { description, content: { 'application/json': { schema } } }, ...problemResponses } as const
}

export function jsonBody<S extends z.ZodType>(schema: S) {
  return { body: { required: true, content: { 'application/json': { schema } } } } as const
}
