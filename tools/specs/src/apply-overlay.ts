import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { locate, type Located } from './locate.ts'
import type { Overlay, OverlayAction } from './parse-overlay.ts'
import { SpecsError } from './specs-error.ts'

/**
 * Applies the actions in order to a copy of the document. An action fails when its target names nothing, when a target
 * is not what `x-expect` says, or when something `x-expect-absent` names is there: the source has moved on.
 */
export function applyOverlay(document: JsonObject, overlay: Overlay): JsonObject {
  // The wrapper gives the root a parent, so that `$` needs no special case.
  const holder: JsonObject = { root: structuredClone(document) }
  for (const [index, action] of overlay.actions.entries()) {
    applyAction(holder, action, `Overlay action ${index + 1} (${action.target}: ${action.description})`)
  }
  const root = holder['root']
  if (!isJsonObject(root)) throw new SpecsError('overlay_invalid', 'The overlay removed the whole document.')
  return root
}

function applyAction(holder: JsonObject, action: OverlayAction, where: string): void {
  const root = holder['root'] ?? null
  for (const path of action.expectAbsent) {
    if (find(root, path, where).length > 0) throw stale(where, `${path} is there by now`)
  }
  const targets = find(root, action.target, where)
  if (targets.length === 0) throw stale(where, 'its target names nothing')
  for (const target of targets) {
    if (action.expect !== undefined && !isDeepStrictEqual(target.value, action.expect)) {
      throw stale(where, `the value is now ${JSON.stringify(target.value)}`)
    }
  }
  // Back to front, so that removing an array item leaves the positions still to come as they are.
  for (const { path } of targets.toReversed()) {
    if (action.change.kind === 'remove') removeAt(holder, path)
    else updateAt(holder, path, action.change.value, where)
  }
}

function find(root: Json, path: string, where: string): Located[] {
  try {
    return locate(root, path)
  } catch (error) {
    throw new SpecsError('overlay_invalid', `${where}: ${path} is not a JSONPath: ${String(error)}`, { cause: error })
  }
}

function removeAt(holder: JsonObject, path: Located['path']): void {
  const { parent, key } = parentOf(holder, path)
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else delete parent[key]
}

function updateAt(holder: JsonObject, path: Located['path'], update: Json, where: string): void {
  const { parent, key } = parentOf(holder, path)
  const target = Array.isArray(parent) ? parent[Number(key)] : parent[key]
  if (Array.isArray(target)) target.push(structuredClone(update))
  else if (isJsonObject(target) && isJsonObject(update)) mergeInto(target, update)
  else throw new SpecsError('overlay_invalid', `${where}: an update needs an object or an array to go into.`)
}

/** Objects merge, arrays are appended to, everything else is replaced. */
function mergeInto(target: JsonObject, update: JsonObject): void {
  for (const [key, value] of Object.entries(update)) {
    const present = Object.hasOwn(target, key) ? target[key] : undefined
    if (isJsonObject(present) && isJsonObject(value)) mergeInto(present, value)
    else if (Array.isArray(present) && Array.isArray(value)) present.push(...structuredClone(value))
    else target[key] = structuredClone(value)
  }
}

function parentOf(holder: JsonObject, path: Located['path']): { parent: JsonObject | Json[]; key: string } {
  let parent: JsonObject | Json[] = holder
  let key = 'root'
  for (const step of path) {
    const next: Json | undefined = Array.isArray(parent) ? parent[Number(key)] : parent[key]
    if (!isJsonObject(next) && !Array.isArray(next)) throw new TypeError('A located path leads through a plain value.')
    parent = next
    key = String(step)
  }
  return { parent, key }
}

function stale(where: string, reason: string): SpecsError {
  return new SpecsError('overlay_stale', `${where} no longer fits: ${reason}. Look at the source again.`)
}
