import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormatsModule from 'ajv-formats'
import type { Pointer } from './api-spec.ts'

export interface SchemaProblem {
  /** Members from the top to the one that is wrong; numbers are places in an array. */
  readonly path: readonly string[]
  readonly keyword: string
  readonly message: string
}

/** Checks values against schemas of one OpenAPI document. */
export interface SchemaChecker {
  /** Returns what is wrong, nothing if all is well. */
  check(schema: Pointer, value: unknown): readonly SchemaProblem[]
}

const documentId = 'https://sandbox.example.com/spec'
// The module is CommonJS; its types and what Node hands over differ by one level.
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default

export function createSchemaChecker(document: unknown): SchemaChecker {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false })
  addFormats(ajv)
  ajv.addSchema(document as object, documentId)
  const compiled = new Map<Pointer, ValidateFunction>()

  return {
    check(schema, value) {
      const validate = compiled.get(schema) ?? ajv.compile({ $ref: `${documentId}${encodeURI(schema)}` })
      compiled.set(schema, validate)
      return validate(value) ? [] : (validate.errors ?? []).map(toProblem)
    },
  }
}

function toProblem({ instancePath, keyword, params, message }: ErrorObject): SchemaProblem {
  const path = instancePath.split('/').slice(1)
  if (keyword === 'required') path.push(String(params.missingProperty))
  return { path, keyword, message: message ?? 'is wrong' }
}
