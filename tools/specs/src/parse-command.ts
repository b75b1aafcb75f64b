import { parseArgs } from 'node:util'
import { SpecsError } from './specs-error.ts'

export type Command = ReadCommand | WriteCommand

/** Commands that write nothing. */
export interface ReadCommand {
  readonly name: 'help' | 'list' | 'check'
}

/** Commands that write files of one API. */
export type WriteCommand =
  | { readonly name: 'generate'; readonly api: string; readonly out: string }
  | { readonly name: 'resolve'; readonly api: string; readonly out?: string }

export function isWriteCommand(command: Command): command is WriteCommand {
  return command.name === 'generate' || command.name === 'resolve'
}

export const usage = `specs: from a described API to the files that are committed

  specs list                          the APIs, their size and how sure we are of them
  specs resolve <api> [--out <file>]  write specs/<api>/openapi.json, and a copy to <file>
  specs generate <api> --out <dir>    the same, and the types and operations table into <dir>
  specs check                         regenerate everything in memory and compare with the files
`

const commands = ['list', 'resolve', 'generate', 'check']

/** Reads the arguments of the specs command; a wrong one is an error that names what exists. */
export function parseCommand(args: readonly string[]): Command {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return { name: 'help' }
  if (name === 'list' || name === 'check') {
    const { positionals } = parse(name, rest, [])
    refuseMore(name, positionals, 0)
    return { name }
  }
  if (name === 'resolve' || name === 'generate') return parseWriteCommand(name, rest)
  throw new SpecsError('unknown_command', `There is no command "${name}". There is: ${commands.join(', ')}.`)
}

function parseWriteCommand(name: WriteCommand['name'], rest: readonly string[]): WriteCommand {
  const { positionals, out } = parse(name, rest, ['out'])
  const [api] = positionals
  if (api === undefined)
    throw new SpecsError('missing_argument', `specs ${name} needs the name of an API; see specs list.`)
  refuseMore(name, positionals, 1)
  if (name === 'resolve') return out === undefined ? { name, api } : { name, api, out }
  if (out === undefined) throw new SpecsError('missing_argument', 'specs generate needs --out <dir>.')
  return { name, api, out }
}

function parse(
  name: string,
  args: readonly string[],
  known: readonly 'out'[],
): { positionals: string[]; out?: string } {
  const wrong = args.find(
    (arg) => arg.startsWith('-') && !known.some((flag) => arg === `--${flag}` || arg.startsWith(`--${flag}=`)),
  )
  if (wrong !== undefined) {
    const there = known.map((flag) => `--${flag}`).join(', ') || 'none'
    throw new SpecsError('unknown_option', `specs ${name} has no option "${wrong}". There is: ${there}.`)
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { out: { type: 'string' } },
      allowPositionals: true,
    })
    return values.out === undefined ? { positionals } : { positionals, out: values.out }
  } catch (error) {
    throw new SpecsError('missing_argument', `specs ${name}: --out needs a value.`, { cause: error })
  }
}

function refuseMore(name: string, positionals: readonly string[], allowed: number): void {
  const extra = positionals[allowed]
  if (extra !== undefined) throw new SpecsError('unknown_option', `specs ${name} takes no argument "${extra}".`)
}
