import { parseArgs } from 'node:util'
import { SpecsError } from './specs-error.ts'

export type Command = ReadCommand | WriteCommand | ImportCommand | DiffCommand

/** Commands that write nothing. */
export interface ReadCommand {
  readonly name: 'help' | 'list' | 'check'
}

/** Commands that write files of one API. */
export type WriteCommand =
  | { readonly name: 'generate'; readonly api: string; readonly out: string }
  | { readonly name: 'resolve'; readonly api: string; readonly out?: string }

/** Makes a vendor's document the source of an API. */
export interface ImportCommand {
  readonly name: 'import'
  readonly file: string
  readonly api: string
  readonly origin: string
  /** Default: what the document says. */
  readonly revision?: string
  /** Default: today. */
  readonly date?: string
  readonly replace: boolean
}

/** Compares two documents of an API, whatever their format. */
export interface DiffCommand {
  readonly name: 'diff'
  readonly before: string
  readonly after: string
  readonly json: boolean
}

export function isWriteCommand(command: Command): command is WriteCommand {
  return command.name === 'generate' || command.name === 'resolve'
}

export const usage = `specs: from a described API to the files that are committed

  specs list                          the APIs, their size and how sure we are of them
  specs resolve <api> [--out <file>]  write specs/<api>/openapi.json, and a copy to <file>
  specs generate <api> --out <dir>    the same, and the types and operations table into <dir>
  specs check                         regenerate everything in memory and compare with the files
  specs import <file> --api <api> --origin <text> [--revision <text>] [--date <day>] [--replace]
                                      make a vendor's OpenAPI or Google Discovery document the source of an API
  specs diff <old> <new> [--json]     what two documents of an API say differently, and which release that needs
`

const commands = ['list', 'resolve', 'generate', 'check', 'import', 'diff']

/** Reads the arguments of the specs command; a wrong one is an error that names what exists. */
export function parseCommand(args: readonly string[]): Command {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return { name: 'help' }
  if (name === 'list' || name === 'check') {
    const { positionals } = parse(name, rest, {})
    refuseMore(name, positionals, 0)
    return { name }
  }
  if (name === 'resolve' || name === 'generate') return parseWriteCommand(name, rest)
  if (name === 'import') return parseImport(rest)
  if (name === 'diff') return parseDiff(rest)
  throw new SpecsError('unknown_command', `There is no command "${name}". There is: ${commands.join(', ')}.`)
}

function parseWriteCommand(name: WriteCommand['name'], rest: readonly string[]): WriteCommand {
  const { positionals, texts } = parse(name, rest, { out: 'string' })
  const [api] = positionals
  const { out } = texts
  if (api === undefined) throw missing(`specs ${name} needs the name of an API; see specs list.`)
  refuseMore(name, positionals, 1)
  if (name === 'resolve') return out === undefined ? { name, api } : { name, api, out }
  if (out === undefined) throw missing('specs generate needs --out <dir>.')
  return { name, api, out }
}

function parseImport(rest: readonly string[]): ImportCommand {
  const text = { api: 'string', origin: 'string', revision: 'string', date: 'string' } as const
  const { positionals, texts, flags } = parse('import', rest, { ...text, replace: 'boolean' })
  const [file] = positionals
  const { api, origin, revision, date } = texts
  if (file === undefined) throw missing('specs import needs the file of a document.')
  refuseMore('import', positionals, 1)
  if (api === undefined) throw missing('specs import needs --api <name>: the folder under specs.')
  if (origin === undefined) throw missing('specs import needs --origin <text>: where the document comes from.')
  return {
    name: 'import',
    file,
    api,
    origin,
    ...(revision === undefined ? {} : { revision }),
    ...(date === undefined ? {} : { date }),
    replace: flags.has('replace'),
  }
}

function parseDiff(rest: readonly string[]): DiffCommand {
  const { positionals, flags } = parse('diff', rest, { json: 'boolean' })
  const [before, after] = positionals
  if (before === undefined || after === undefined) throw missing('specs diff needs two files: the old and the new one.')
  refuseMore('diff', positionals, 2)
  return { name: 'diff', before, after, json: flags.has('json') }
}

type Options = Readonly<Record<string, 'string' | 'boolean'>>

interface Parsed {
  readonly positionals: readonly string[]
  readonly texts: Readonly<Record<string, string | undefined>>
  readonly flags: ReadonlySet<string>
}

function parse(name: string, args: readonly string[], known: Options): Parsed {
  const names = Object.keys(known).map((option) => `--${option}`)
  const wrong = args.find((arg) => arg.startsWith('-') && !names.includes(arg.replace(/=.*$/s, '')))
  if (wrong !== undefined) {
    const there = names.join(', ') || 'none'
    throw new SpecsError('unknown_option', `specs ${name} has no option "${wrong}". There is: ${there}.`)
  }
  try {
    const options = Object.fromEntries(Object.entries(known).map(([option, type]) => [option, { type }]))
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const given = Object.entries(values)
    return {
      positionals,
      texts: Object.fromEntries(
        given.flatMap(([option, value]) => (typeof value === 'string' ? [[option, value]] : [])),
      ),
      flags: new Set(given.flatMap(([option, value]) => (value === true ? [option] : []))),
    }
  } catch (error) {
    const texts = names.filter((option) => known[option.slice(2)] === 'string')
    throw missing(`specs ${name}: ${texts.join(', ')} ${texts.length === 1 ? 'needs' : 'need'} a value.`, error)
  }
}

function missing(message: string, cause?: unknown): SpecsError {
  return new SpecsError('missing_argument', message, cause === undefined ? undefined : { cause })
}

function refuseMore(name: string, positionals: readonly string[], allowed: number): void {
  const extra = positionals[allowed]
  if (extra !== undefined) throw new SpecsError('unknown_option', `specs ${name} takes no argument "${extra}".`)
}
