import { readFileSync, rmSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { compareDocuments } from '../diff/compare-documents.ts'
import { describeChanges } from '../diff/describe-changes.ts'
import type { JsonObject } from '../json.ts'
import type { ImportCommand } from '../parse-command.ts'
import { parseProvenance } from '../parse-provenance.ts'
import { resolveApi } from '../resolve-api.ts'
import { SpecsError } from '../specs-error.ts'
import type { Surroundings } from '../surroundings.ts'
import { listApis, readTextIfThere, writeIfChanged } from '../workspace.ts'
import { planImport } from './plan-import.ts'

/** How much of a long list of problems is shown. */
const shownLines = 30

/** Takes a vendor's document into specs, bytes as they are, and resolves it as far as it goes. */
export async function importApi(command: ImportCommand, surroundings: Surroundings): Promise<void> {
  const { root, cwd, out } = surroundings
  const { api } = command
  const folder = join(root, 'specs', api)
  refuseName(api)
  if (listApis(root).includes(api) && !command.replace) throw existing(api)
  const plan = planImport({
    file: basename(command.file),
    text: readUtf8(resolve(cwd, command.file)),
    origin: command.origin,
    revision: command.revision,
    date: command.date ?? surroundings.today(),
    overlay: readTextIfThere(join(folder, 'overlay.yaml')),
  })
  const before = readTextIfThere(join(folder, 'openapi.json'))
  removeOldSource(folder, plan.source)
  for (const [name, text] of plan.files) {
    out(`${writeIfChanged(join(folder, name), text) ? 'wrote' : 'fresh'}  specs/${api}/${name}\n`)
  }
  for (const sentence of plan.leftOut) out(`left out  ${sentence}\n`)
  await resolveImported(api, before, surroundings)
}

/** What stands in the way is work for the overlay, not a failure of the import. */
async function resolveImported(api: string, before: string | undefined, { root, out }: Surroundings): Promise<void> {
  const path = join(root, 'specs', api, 'openapi.json')
  try {
    const { text, document } = await resolveApi(root, api)
    out(`${writeIfChanged(path, text) ? 'wrote' : 'fresh'}  ${relative(root, path).replaceAll('\\', '/')}\n`)
    if (before !== undefined) out(`\n${describeChanges(compareDocuments(JSON.parse(before) as JsonObject, document))}`)
  } catch (error) {
    if (!(error instanceof SpecsError)) throw error
    const lines = error.message.split('\n')
    const more = lines.length > shownLines ? [`  … and ${lines.length - shownLines} more`] : []
    out(`\nNot resolved yet. ${[...lines.slice(0, shownLines), ...more].join('\n')}\n`)
    out(`Mend it in specs/${api}/overlay.yaml, then: npx -y pnpm@12 --filter @grantkit/specs specs resolve ${api}\n`)
  }
}

function refuseName(api: string): void {
  if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(api)) return
  throw new SpecsError('argument_invalid', `--api must be a name such as google-calendar, not "${api}".`)
}

function existing(api: string): SpecsError {
  return new SpecsError(
    'api_exists',
    `specs/${api} is there already. Give --replace to make this file its source; its overlay stays.`,
  )
}

function removeOldSource(folder: string, source: string): void {
  const provenance = readTextIfThere(join(folder, 'source.json'))
  if (provenance === undefined) return
  const old = parseProvenance(provenance).source
  if (old !== source) rmSync(join(folder, old), { force: true })
}

/** Reads text whose bytes can be written back as they were. */
function readUtf8(path: string): string {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new SpecsError('file_unreadable', `${path} cannot be read: ${String(error)}`, { cause: error })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new SpecsError('source_invalid', `${path} is not text in UTF-8.`, { cause: error })
  }
}
