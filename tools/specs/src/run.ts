import { parseCommand, usage, type Command } from './parse-command.ts'
import { SpecsError } from './specs-error.ts'
import type { Surroundings } from './surroundings.ts'

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

/** Loads what a command needs and no more: two compilers take a second, and comparing needs neither. */
async function perform(command: Command, surroundings: Surroundings): Promise<void> {
  switch (command.name) {
    case 'list':
      return (await import('./list-specs.ts')).listSpecs(surroundings)
    case 'check':
      return (await import('./check-fresh.ts')).reportFresh(surroundings)
    case 'resolve':
    case 'generate':
      return (await import('./write-outputs.ts')).writeOutputs(command, surroundings)
    case 'import':
      return (await import('./import/import-api.ts')).importApi(command, surroundings)
    case 'diff':
      return (await import('./diff/diff-files.ts')).diffFiles(command, surroundings)
    case 'help':
      surroundings.out(usage)
  }
}
