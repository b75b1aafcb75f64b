import { applyOverlay } from '../apply-overlay.ts'
import { countConfidence } from '../confidence.ts'
import { leftOut } from '../discovery/left-out.ts'
import { readDiscovery } from '../discovery/read-discovery.ts'
import { objectAt, stringOf, type JsonObject } from '../json.ts'
import { listOperations } from '../list-operations.ts'
import { parseDocument } from '../parse-document.ts'
import { parseOverlay } from '../parse-overlay.ts'
import { formatOf, parseSource, type SourceFormat } from '../parse-source.ts'
import { sha256 } from '../sha256.ts'
import { SpecsError } from '../specs-error.ts'
import { walk } from '../walk.ts'

export interface ImportRequest {
  /** Name of the file, for messages. */
  readonly file: string
  readonly text: string
  readonly origin: string
  readonly revision: string | undefined
  readonly date: string
  /** The overlay that is there already. */
  readonly overlay: string | undefined
}

export interface ImportPlan {
  /** Name of the source in the API's folder. */
  readonly source: string
  /** Files of the API's folder by name. The source is the text as it came. */
  readonly files: ReadonlyMap<string, string>
  /** What the conversion does not carry over, and why. */
  readonly leftOut: readonly string[]
}

/** Decides which files a vendor's document becomes, or refuses it and says why. */
export function planImport(request: ImportRequest): ImportPlan {
  const { file, text, origin, date } = request
  const document = parseDocument(text, file)
  const format = formatOf(document, file)
  const converted = parseSource(text, file)
  refuseUseless(converted, file)
  const revision = request.revision ?? revisionOf(document, format, file)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) throw wrong(`--date must be a day such as 2026-01-31, not "${date}".`)
  const source = `source.${format}.${/^\s*\{/.test(text.replace(/^\uFEFF/, '')) ? 'json' : 'yaml'}`
  const overlay = request.overlay ?? emptyOverlay(String(objectAt(converted, 'info')['title']), source)
  const confidence = countConfidence(corrected(converted, overlay))
  const provenance = { source, origin, revision, date, sha256: sha256(text), confidence }
  return {
    source,
    files: new Map([
      [source, text],
      ['source.json', `${JSON.stringify(provenance, null, 2)}\n`],
      ['overlay.yaml', overlay],
    ]),
    leftOut: format === 'discovery' ? leftOut(document, file) : [],
  }
}

function refuseUseless(document: JsonObject, file: string): void {
  if (listOperations(document).length === 0) {
    throw new SpecsError('source_invalid', `${file} describes no operation: there is nothing to call.`)
  }
  walk(document, (node, pointer) => {
    const reference = stringOf(node['$ref'])
    if (reference === undefined || reference.startsWith('#')) return
    throw new SpecsError(
      'source_invalid',
      `${file} refers to another file (${reference}, at ${pointer}). Bundle it into one document first, for example with npx @redocly/cli bundle.`,
    )
  })
}

function revisionOf(document: JsonObject, format: SourceFormat, file: string): string {
  const info = stringOf(objectAt(document, 'info')['version'])
  const revision = format === 'discovery' ? readDiscovery(document, file).revision : info
  if (revision !== undefined && revision.trim() !== '') return revision
  throw new SpecsError('missing_argument', `${file} names no revision of its own: give --revision <text>.`)
}

/** An overlay that no longer fits the new source is told when the API is resolved. */
function corrected(document: JsonObject, overlay: string): JsonObject {
  try {
    return applyOverlay(document, parseOverlay(overlay, 'overlay.yaml'))
  } catch (error) {
    if (error instanceof SpecsError) return document
    throw error
  }
}

function emptyOverlay(title: string, source: string): string {
  return [
    'overlay: 1.0.0',
    'info:',
    `  title: ${JSON.stringify(`What we know against and beyond ${title}`)}`,
    '  version: 1.0.0',
    `extends: ./${source}`,
    'actions: []',
    '',
  ].join('\n')
}

function wrong(message: string): SpecsError {
  return new SpecsError('argument_invalid', message)
}
