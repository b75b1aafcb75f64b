import { createRequire } from 'node:module'
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript'
import ts from 'typescript'
import { describeFacts } from './describe-facts.ts'
import { generatedHeader } from './generated-header.ts'
import type { JsonObject } from './json.ts'

const version = String(createRequire(import.meta.url)('openapi-typescript/package.json').version)

/** Generates the types of a resolved document: mutable, with open enums that complete and still take any string. */
export async function generateTypes(document: JsonObject, o: { api: string; specSha256: string }): Promise<string> {
  const nodes = await openapiTypescript(describeFacts(document) as unknown as OpenAPI3, {
    silent: true,
    alphabetize: true,
    // A member with a default is still one the caller may leave out.
    defaultNonNullable: false,
    transform: (schema) => transform(schema),
  })
  const useful = nodes.filter((node) => !isEmptyAlias(node))
  return generatedHeader({ tool: `openapi-typescript ${version}`, ...o }) + astToString(useful)
}

/** `webhooks` and `$defs` are written even where a document has none: exports that nobody could use. */
function isEmptyAlias(node: ts.Node): boolean {
  return ts.isTypeAliasDeclaration(node) && ['webhooks', '$defs'].includes(node.name.text)
}

interface Transformed {
  readonly type?: unknown
  readonly format?: string
  readonly 'x-extensible-enum'?: unknown
}

function transform(schema: Transformed): ts.TypeNode | undefined {
  return schema.format === 'int64' ? int64(schema.type) : openEnum(schema['x-extensible-enum'])
}

/** Text, whatever it is on the wire: a JavaScript number does not hold 64 bits. */
function int64(type: unknown): ts.TypeNode {
  const { factory } = ts
  const text = factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword)
  const mayBeNull = Array.isArray(type) && type.includes('null')
  return mayBeNull ? factory.createUnionTypeNode([text, factory.createLiteralTypeNode(factory.createNull())]) : text
}

/** `'A' | 'B' | (string & {})`: editors offer the known values, the compiler takes new ones. */
function openEnum(values: unknown): ts.TypeNode | undefined {
  if (!Array.isArray(values)) return undefined
  const { factory } = ts
  const known = values.map((value) => factory.createLiteralTypeNode(factory.createStringLiteral(String(value))))
  const anyString = factory.createIntersectionTypeNode([
    factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword),
    factory.createTypeLiteralNode([]),
  ])
  return factory.createUnionTypeNode([...known, factory.createParenthesizedType(anyString)])
}
