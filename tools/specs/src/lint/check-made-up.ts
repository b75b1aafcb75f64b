import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { walk } from '../walk.ts'
import type { Problem } from './problem.ts'

/** Examples are made up: no real host, mail address or phone number gets into the repository through them. */
export function checkMadeUp(document: JsonObject): Problem[] {
  const problems: Problem[] = []
  walk(document, (node, pointer) => {
    if (node['example'] === undefined) return
    for (const text of texts(node['example'])) {
      const reason = suspicion(text)
      if (reason !== undefined) problems.push({ where: pointer, message: `its example has ${reason}: ${text}` })
    }
  })
  return problems
}

function texts(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(texts)
  return isJsonObject(value) ? Object.values(value).flatMap(texts) : []
}

function suspicion(text: string): string | undefined {
  const host = /(?:https?:\/\/|@)([^/\s:@"]+)/.exec(text)?.[1]
  if (host !== undefined && !/(?:^|\.)example\.(?:com|net|org)$/.test(host)) return 'a host outside example.com'
  // 555-0100 to 555-0199 are set aside for fiction.
  if (/^\+\d{7,15}$/.test(text) && !/^\+1\d{3}55501\d{2}$/.test(text)) return 'a phone number outside 555-01xx'
  return undefined
}
