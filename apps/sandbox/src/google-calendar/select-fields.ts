import { isObject } from '../check-option.ts'
import { invalid } from './calendar-refusal.ts'

/** What is wanted below each member; an empty map wants all of it. */
type Selection = Map<string, Selection>

/** Returns the part of an answer that `fields` selects, such as `items(id,start/date),nextPageToken` or `*`. */
export function selectFields(body: unknown, fields: string): unknown {
  return cut(body, parse(fields))
}

function cut(value: unknown, selection: Selection): unknown {
  if (selection.size === 0) return value
  if (Array.isArray(value)) return value.map((each) => cut(each, selection))
  if (!isObject(value)) return value
  const wanted = Object.entries(value).flatMap(([name, each]) => {
    const below = selection.get(name) ?? selection.get('*')
    return below === undefined ? [] : [[name, cut(each, below)] as const]
  })
  return Object.fromEntries(wanted)
}

function parse(fields: string): Selection {
  const tokens = fields.match(/[\w*-]+|[(),/]/g) ?? []
  if (tokens.join('') !== fields.replaceAll(/\s/g, '')) throw invalid('fields')
  const top: Selection = new Map()
  // The selection that names go into, of each group that is open.
  const groups = [top]
  let last = top
  let isBelow = false
  for (const token of tokens) {
    const group = groups.at(-1) ?? top
    if (token === '(') groups.push(last)
    else if (token === ')') groups.pop()
    else if (token === '/') isBelow = true
    else if (token !== ',') {
      const into: Selection = isBelow ? last : group
      last = into.get(token) ?? new Map<string, Selection>()
      into.set(token, last)
      isBelow = false
    }
  }
  if (groups.length !== 1) throw invalid('fields')
  return top
}
