import type { Environment } from '../env.ts'

/** What a command is given, and where it writes. */
export interface CommandContext {
  readonly args: readonly string[]
  readonly env: Environment
  /** Whether `print` may paint. */
  readonly colors: boolean
  /** Data, for people and pipes. */
  print(text: string): void
  /** Everything else. */
  warn(text: string): void
  /** Resolves when the process is asked to end. */
  readonly ended: Promise<void>
}

export interface Command {
  /** How it is called, without the program's name. */
  readonly usage: string
  readonly summary: string
  run(context: CommandContext): Promise<void>
}

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Writes a result as JSON where that was asked for, else as lines of names and values. */
export function printResult(
  { print }: Pick<CommandContext, 'print'>,
  result: Readonly<Record<string, unknown>>,
  json: boolean,
): void {
  if (json) return print(JSON.stringify(result))
  for (const [name, value] of Object.entries(result)) {
    print(`${name}: ${typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)}`)
  }
}
