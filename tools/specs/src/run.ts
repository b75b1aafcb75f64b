import { relative, resolve } from 'node:path'
import { buildOutputs } from './build-outputs.ts'
import { checkFresh } from './check-fresh.ts'
import { countConfidence } from './confidence.ts'
import { compareDocuments } from './diff/compare-documents.ts'
import { changesAsJson, describeChanges } from './diff/describe-changes.ts'
import { importApi } from './import/import-api.ts'
import type { JsonObject } from './json.ts'
import { listOperations } from './list-operations.ts'
import {
  isWriteCommand,
  parseCommand,
  usage,
  type Command,
  type DiffCommand,
  type WriteCommand,
} from './parse-command.ts'
import { parseSource } from './parse-source.ts'
import { resolveApi } from './resolve-api.ts'
import { SpecsError } from './specs-error.ts'
import type { Surroundings } from './surroundings.ts'
import { listApis, readText, writeIfChanged } from './workspace.ts'

/** Runs one command and gives the exit code: 0, 1 for a failure, 2 for a command typed wrong. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    await perform(parseCommand(args), surroundings)
    return 0
  } catch (error) {
    if (!(error instanceof SpecsError)) throw error
    surroundings.err(`${error.message}\n`)
    return error.exitCode
  }
}

async function perform(command: Command, surroundings: Surroundings): Promise<void> {
  if (isWriteCommand(command)) await write(command, surroundings)
  else if (command.name === 'list') await list(surroundings)
  else if (command.name === 'check') await check(surroundings)
  else if (command.name === 'import') await importApi(command, surroundings)
  else if (command.name === 'diff') diff(command, surroundings)
  else surroundings.out(usage)
}

async function list({ root, out }: Surroundings): Promise<void> {
  for (const api of listApis(root)) {
    const { document } = await resolveApi(root, api)
    const counts = Object.entries(countConfidence(document)).map(([mark, count]) => `${count} ${mark}`)
    out(`${api}  ${listOperations(document).length} operations: ${counts.join(', ')}\n`)
  }
}

async function check({ root, out }: Surroundings): Promise<void> {
  const { apis, files } = await checkFresh(root)
  out(`${files} generated files of ${apis === 1 ? 'one API' : `${apis} APIs`} are fresh\n`)
}

function diff({ before, after, json }: DiffCommand, { cwd, out }: Surroundings): void {
  const read = (file: string): JsonObject => parseSource(readText(resolve(cwd, file)), file)
  const changes = compareDocuments(read(before), read(after))
  out(json ? changesAsJson(changes) : describeChanges(changes))
}

async function write(command: WriteCommand, { root, cwd, out }: Surroundings): Promise<void> {
  const spec = await resolveApi(root, command.api)
  for (const [path, text] of await buildOutputs(spec, command, { root, cwd })) {
    const state = writeIfChanged(path, text) ? 'wrote' : 'fresh'
    out(`${state}  ${relative(root, path).replaceAll('\\', '/')}\n`)
  }
}
