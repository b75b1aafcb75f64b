import { relative } from 'node:path'
import { buildOutputs } from './build-outputs.ts'
import type { WriteCommand } from './parse-command.ts'
import { resolveApi } from './resolve-api.ts'
import type { Surroundings } from './surroundings.ts'
import { writeIfChanged } from './workspace.ts'

/** Writes the files of one command and tells which of them were other than before. */
export async function writeOutputs(command: WriteCommand, { root, cwd, out }: Surroundings): Promise<void> {
  const spec = await resolveApi(root, command.api)
  for (const [path, text] of await buildOutputs(spec, command, { root, cwd })) {
    const state = writeIfChanged(path, text) ? 'wrote' : 'fresh'
    out(`${state}  ${relative(root, path).replaceAll('\\', '/')}\n`)
  }
}
