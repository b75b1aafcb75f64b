import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from '@redocly/openapi-core'
import { canonicalJson } from '../canonical-json.ts'
import type { JsonObject } from '../json.ts'
import type { Problem } from './problem.ts'

const rules = {
  struct: 'error',
  'no-unresolved-refs': 'error',
  'operation-operationId-unique': 'error',
  'operation-operationId-url-safe': 'error',
  'operation-parameters-unique': 'error',
  'path-parameters-defined': 'error',
  'path-not-include-query': 'error',
  'path-declaration-must-exist': 'error',
  'no-path-trailing-slash': 'error',
  'no-identical-paths': 'error',
  'no-ambiguous-paths': 'error',
  'no-enum-type-mismatch': 'error',
  'no-server-trailing-slash': 'error',
} as const

/** The document is OpenAPI 3.1 as its standard defines it, judged by Redocly's checker without its own opinions. */
export async function checkStructure(document: JsonObject): Promise<Problem[]> {
  const config = await createConfig({ rules })
  const found = await lintDocument({
    document: makeDocumentFromString(canonicalJson(document), 'openapi.json'),
    config: config.styleguide,
    externalRefResolver: new BaseResolver({ http: { headers: [] } }),
  })
  return found.map((problem) => ({ where: problem.location[0]?.pointer ?? '#', message: problem.message }))
}
