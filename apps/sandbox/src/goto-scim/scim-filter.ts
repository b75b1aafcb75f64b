import type { Json } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import { isObject } from '../check-option.ts'

const operators: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  eq: (value, wanted) => value === wanted,
  sw: (value, wanted) => value.startsWith(wanted),
  co: (value, wanted) => value.includes(wanted),
}

export interface FilterRules {
  readonly attributes: readonly string[]
  readonly operators: readonly string[]
}

/** Reads `attribute operator "value"`. Case does not matter, as the schema says of all attributes. */
export function readFilter(text: string | undefined, rules: FilterRules): (resource: Json) => boolean {
  if (text === undefined) return () => true
  const [, attribute = '', operator = '', value = ''] = /^\s*([\w.]+)\s+(\w+)\s+"([^"]*)"\s*$/.exec(text) ?? []
  const test = rules.operators.includes(operator) ? operators[operator] : undefined
  if (test === undefined || !rules.attributes.includes(attribute)) {
    const known = `${rules.attributes.join(', ')} with ${rules.operators.join(', ')}`
    throw badRequest(`The filter cannot be read. It takes ${known}.`)
  }
  return (resource) => test(attributeOf(resource, attribute).toLowerCase(), value.toLowerCase())
}

/** Returns an attribute by its path, such as `name.givenName`, as text. */
export function attributeOf(resource: Json, path: string): string {
  let value: unknown = resource
  for (const step of path.split('.')) value = isObject(value) ? value[step] : undefined
  return typeof value === 'string' ? value : ''
}
