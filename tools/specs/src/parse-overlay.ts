import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { parseDocument } from './parse-document.ts'
import { SpecsError } from './specs-error.ts'

/** One action of an OpenAPI Overlay 1.0 document, with what we ask of it beyond the standard. */
export interface OverlayAction {
  readonly target: string
  /** Why. */
  readonly description: string
  /** Where it is seen: a link, an answer, other operations. */
  readonly evidence: string
  /** Day the evidence was looked at. */
  readonly date: string
  /** The value every target must have before the action. */
  readonly expect?: Json
  /** JSONPaths that must find nothing before the action. */
  readonly expectAbsent: readonly string[]
  readonly change: { readonly kind: 'update'; readonly value: Json } | { readonly kind: 'remove' }
}

export interface Overlay {
  readonly actions: readonly OverlayAction[]
}

const topMembers = ['overlay', 'info', 'extends', 'actions']
const actionMembers = [
  'target',
  'description',
  'x-evidence',
  'x-date',
  'x-expect',
  'x-expect-absent',
  'update',
  'remove',
]

/** Reads an overlay and refuses what the standard or our own rules do not allow. */
export function parseOverlay(text: string, name: string): Overlay {
  const value = parseDocument(text, name, 'overlay_invalid')
  refuseUnknown(value, topMembers, name)
  if (value['overlay'] !== '1.0.0') throw invalid(`${name}: "overlay" must be 1.0.0`)
  const info = value['info']
  if (!isJsonObject(info) || typeof info['title'] !== 'string' || typeof info['version'] !== 'string') {
    throw invalid(`${name}: "info" needs a title and a version`)
  }
  if (value['extends'] !== undefined && typeof value['extends'] !== 'string') {
    throw invalid(`${name}: "extends" must be a text`)
  }
  const actions = value['actions']
  if (!Array.isArray(actions)) throw invalid(`${name}: "actions" must be an array`)
  return { actions: actions.map((action, index) => parseAction(action, `${name}: action ${index + 1}`)) }
}

function parseAction(value: Json, where: string): OverlayAction {
  if (!isJsonObject(value)) throw invalid(`${where} is not an object`)
  refuseUnknown(value, actionMembers, where)
  const date = textAt(value, 'x-date', where)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw invalid(`${where}: "x-date" is not of the form 2026-01-31`)
  const expect = value['x-expect']
  const expectAbsent = absentOf(value['x-expect-absent'], where)
  if (expect === undefined && expectAbsent.length === 0) {
    throw invalid(`${where} could never expire: give "x-expect" or "x-expect-absent"`)
  }
  return {
    target: textAt(value, 'target', where),
    description: textAt(value, 'description', where),
    evidence: textAt(value, 'x-evidence', where),
    date,
    ...(expect === undefined ? {} : { expect }),
    expectAbsent,
    change: changeOf(value, where),
  }
}

function changeOf(value: JsonObject, where: string): OverlayAction['change'] {
  const update = value['update']
  const remove = value['remove']
  if ((update === undefined) === (remove === undefined)) {
    throw invalid(`${where} needs either "update" or "remove: true", and not both`)
  }
  if (update !== undefined) return { kind: 'update', value: update }
  if (remove !== true) throw invalid(`${where}: "remove" may only be true`)
  return { kind: 'remove' }
}

function absentOf(value: Json | undefined, where: string): string[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw invalid(`${where}: "x-expect-absent" must be an array of JSONPaths`)
  return value.map((path) => {
    if (typeof path !== 'string') throw invalid(`${where}: "x-expect-absent" must be an array of JSONPaths`)
    return path
  })
}

function textAt(value: JsonObject, member: string, where: string): string {
  const found = value[member]
  if (typeof found !== 'string' || found.trim() === '') throw invalid(`${where} has no "${member}"`)
  return found
}

function refuseUnknown(value: JsonObject, known: readonly string[], where: string): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown !== undefined) throw invalid(`${where} has an unknown member "${unknown}"`)
}

function invalid(reason: string): SpecsError {
  return new SpecsError('overlay_invalid', `${reason}.`)
}
