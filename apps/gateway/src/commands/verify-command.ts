import { parseArgs } from 'node:util'
import { GatewayError } from '../gateway-error.ts'
import { readEnvironment } from '../env.ts'
import { printResult, type Command } from './command.ts'

/** What callers of the first gateway rely on. */
const operations = [
  'post /auth/connect',
  'post /auth/disconnect',
  'get /auth/status',
  'get /health',
  'get /ready',
  'post /tenants/{tenant}/providers/{provider}/refresh-token',
  ...['voice', 'admin', 'scim', 'meeting', 'calendar', 'carthooks'].flatMap((name) =>
    ['get', 'post', 'put', 'patch', 'delete'].map((method) => `${method} /${name}-proxy/{path}`),
  ),
]
const schemas = ['ConnectRequest', 'ConnectResponse', 'DisconnectResponse', 'StatusResponse']

interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> }
}

/** Asks a running gateway for its OpenAPI document, and for what it names. */
export const verifyCommand: Command = {
  usage: 'verify [--url ORIGIN] [--json]',
  summary: 'checks the OpenAPI document of a running gateway against what it serves',
  async run(context) {
    const { values } = parseArgs({
      args: [...context.args],
      options: { url: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    const origin = values.url ?? readEnvironment(context.env).settings.publicUrl
    const document = await readDocument(origin)
    const found = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    )
    const missing = [
      ...operations.filter((name) => !found.includes(name)),
      ...schemas.filter((name) => document.components?.schemas?.[name] === undefined),
    ]
    const unserved = await unservedOf(origin, found)
    printResult(context, { operations: found.length, missing, unserved }, values.json)
    if (missing.length + unserved.length > 0) {
      throw new GatewayError('verification_failed', 'The document and the gateway do not agree, see above.')
    }
  },
}

async function readDocument(origin: string): Promise<OpenApiDocument> {
  const problem = new GatewayError('verification_failed', `${origin} answers no OpenAPI document.`)
  const answer = await fetch(`${origin}/openapi.json`, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined)
  if (answer?.ok !== true) throw problem
  return (await answer.json().catch(() => {
    throw problem
  })) as OpenApiDocument
}

/** What the document names and the gateway does not know. Without a token nothing is done by asking. */
async function unservedOf(origin: string, names: readonly string[]): Promise<readonly string[]> {
  const unserved: string[] = []
  for (const name of names) {
    const [method = '', path = ''] = name.split(' ')
    const answer = await fetch(origin + path.replaceAll(/\{\w+\}/g, 'goto'), {
      method: method.toUpperCase(),
      signal: AbortSignal.timeout(10_000),
    })
    const { type } = (await answer.json().catch(() => ({}))) as { type?: string }
    if (type === 'urn:grantkit:problem:not_found') unserved.push(name)
  }
  return unserved
}
