import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject, objectAt } from './json.ts'
import { isWriteCommand, parseCommand, type WriteCommand } from './parse-command.ts'

/** A package whose `generate` script calls this tool. */
export interface Generator {
  /** Name of the package, for the fixing command. */
  readonly packageName: string
  /** Folder its paths start at. */
  readonly cwd: string
  readonly command: WriteCommand
}

/** Finds every package whose `generate` script calls this tool, so that a check repeats what the scripts do. */
export function findGenerators(root: string): Generator[] {
  return ['packages', 'apps'].flatMap((group) => {
    const folder = join(root, group)
    if (!existsSync(folder)) return []
    return readdirSync(folder)
      .toSorted()
      .flatMap((name) => generatorsOf(join(folder, name)))
  })
}

function generatorsOf(folder: string): Generator[] {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return []
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!isJsonObject(manifest)) return []
  const script = objectAt(manifest, 'scripts')['generate']
  if (typeof script !== 'string') return []
  return script.split('&&').flatMap((part) => {
    const [tool, ...args] = part.trim().split(/\s+/)
    const command = tool === 'specs' ? parseCommand(args) : undefined
    if (command === undefined || !isWriteCommand(command)) return []
    return [{ packageName: String(manifest['name']), cwd: folder, command }]
  })
}
