import { arrayAt, isJsonObject, objectAt, stringOf, type Json, type JsonObject } from '../json.ts'
import { listOperations, parametersIn, type ListedOperation } from '../list-operations.ts'
import { isRole, roles } from '../roles.ts'
import type { Problem } from './problem.ts'

const extensions = [
  'x-confidence',
  'x-scopes-confidence',
  'x-role',
  'x-role-confidence',
  'x-paging',
  'x-not-found',
  'x-idempotent',
]

/** Every operation can be named, understood and authorized: id, description, tags, scopes, role, parameters. */
export function checkOperations(document: JsonObject): Problem[] {
  const operations = listOperations(document)
  if (operations.length === 0) return [{ where: '#/paths', message: 'there is no operation' }]
  const seen = new Map<string, string>()
  const declaredTags = new Set(arrayAt(document, 'tags').map((tag) => objectAt(tag)['name']))
  return operations.flatMap((operation) => {
    const problems = [
      ...identity(operation, seen),
      ...tags(operation, declaredTags),
      ...scopes(document, operation),
      ...extensionsOf(operation),
      ...parameters(operation),
    ]
    return problems.map((message) => ({ where: operation.name, message }))
  })
}

function identity(operation: ListedOperation, seen: Map<string, string>): string[] {
  const problems: string[] = []
  const place = `${operation.method.toUpperCase()} ${operation.path}`
  const before = seen.get(operation.id)
  if (operation.id === '') problems.push('has no operationId')
  else if (!/^[a-z][A-Za-z0-9]*$/.test(operation.id)) problems.push('its operationId is not in camel case')
  else if (before !== undefined) problems.push(`its operationId is taken by ${before}`)
  seen.set(operation.id, place)
  const description = stringOf(operation.value['description']) ?? ''
  if (!/^[A-Z].*\.$/s.test(description)) problems.push('needs a description that is a sentence')
  return problems
}

function tags(operation: ListedOperation, declared: ReadonlySet<Json | undefined>): string[] {
  const [tag, ...more] = arrayAt(operation.value, 'tags')
  if (tag === undefined || more.length > 0) return ['needs one tag']
  return declared.has(tag) ? [] : [`its tag ${String(tag)} is not declared`]
}

/** `security: []` says that nothing is asked for; schemes other than OAuth know no scopes. */
function scopes(document: JsonObject, operation: ListedOperation): string[] {
  const alternatives = operation.value['security']
  if (!Array.isArray(alternatives)) return ['names no scope: "security" is missing']
  return alternatives.flatMap((alternative) =>
    Object.entries(isJsonObject(alternative) ? alternative : {}).flatMap(([name, wanted]) => {
      const scheme = objectAt(document, 'components', 'securitySchemes', name)
      const flows = objectAt(scheme, 'flows')
      const declared = new Set(Object.keys(flows).flatMap((flow) => Object.keys(objectAt(flows, flow, 'scopes'))))
      const names = Array.isArray(wanted) ? wanted.map(String) : []
      if (names.length === 0 && scheme['flows'] !== undefined) return ['names no scope']
      return names.filter((scope) => !declared.has(scope)).map((scope) => `its scope ${scope} is not declared`)
    }),
  )
}

function extensionsOf(operation: ListedOperation): string[] {
  const { value } = operation
  const problems = Object.keys(value)
    .filter((key) => key.startsWith('x-') && !extensions.includes(key))
    .map((key) => `has an unknown extension ${key}`)
  const role = value['x-role']
  if (role !== undefined && !isRole(role)) problems.push(`x-role may only be ${Object.keys(roles).join(', ')}`)
  const repeats = value['x-idempotent']
  if (repeats !== undefined && repeats !== true) problems.push('x-idempotent may only be true')
  return problems
}

function parameters(operation: ListedOperation): string[] {
  const problems: string[] = []
  const inTemplate = [...operation.path.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1])
  const declared = new Set(parametersIn(operation, 'path').map((parameter) => parameter['name']))
  for (const name of inTemplate) if (!declared.has(name ?? '')) problems.push(`its path member ${name} is not declared`)
  for (const parameter of operation.parameters) {
    const name = String(parameter['name'])
    if (parameter['in'] === 'path' && !inTemplate.includes(name)) problems.push(`has no path member ${name}`)
    if (parameter['in'] === 'path' && parameter['required'] !== true) problems.push(`path member ${name} is required`)
    if (stringOf(parameter['description']) === undefined) problems.push(`parameter ${name} has no description`)
    if (parameter['example'] === undefined) problems.push(`parameter ${name} has no example`)
  }
  return problems
}
