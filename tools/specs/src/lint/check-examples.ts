import { Ajv2020 } from 'ajv/dist/2020.js'
import { default as addFormats } from 'ajv-formats'
import { isJsonObject, objectAt, type Json, type JsonObject } from '../json.ts'
import { walk } from '../walk.ts'
import type { Problem } from './problem.ts'

/** Members a schema may have beyond JSON Schema; any other unknown one is a typing mistake. */
const vocabulary = ['x-confidence', 'x-extensible-enum', 'x-enum-descriptions']

/** Every schema is one, and every example is what its schema says. */
export function checkExamples(document: JsonObject): Problem[] {
  const ajv = createValidator(document)
  const problems: Problem[] = []
  for (const name of Object.keys(objectAt(document, 'components', 'schemas'))) {
    problems.push(...checkValue(ajv, { $ref: `document#/$defs/${name}` }, undefined, `#/components/schemas/${name}`))
  }
  walk(document, (node, pointer) => {
    const schema = node['schema']
    if (!isJsonObject(schema)) return
    problems.push(...checkValue(ajv, toStandalone(schema), node['example'], pointer))
  })
  return problems
}

function createValidator(document: JsonObject): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true })
  // The published types describe the CommonJS shape of the package.
  ;(addFormats as unknown as (target: Ajv2020) => void)(ajv)
  for (const keyword of vocabulary) ajv.addKeyword(keyword)
  ajv.addSchema({ $id: 'document', $defs: toStandalone(objectAt(document, 'components', 'schemas')) })
  return ajv
}

/** Points references at the bundle of schemas: a whole OpenAPI document is no JSON Schema. */
function toStandalone(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/components/schemas/', '"document#/$defs/'))
}

function checkValue(ajv: Ajv2020, schema: JsonObject, example: Json | undefined, where: string): Problem[] {
  try {
    const validate = ajv.compile(schema)
    if (example === undefined || validate(example)) return []
    return (validate.errors ?? []).map((error) => ({
      where,
      message: `its example${error.instancePath} ${error.message ?? 'is wrong'}`,
    }))
  } catch (error) {
    return [{ where, message: error instanceof Error ? error.message : String(error) }]
  }
}
