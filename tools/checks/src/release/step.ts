import { textOf, type CommandResult } from '../command.ts'

/** A step of the rehearsal did not do what a release needs. */
export class RehearsalError extends Error {
  readonly step: string
  readonly output: string

  constructor(step: string, message: string, output = '') {
    super(message)
    this.name = 'RehearsalError'
    this.step = step
    this.output = output
  }
}

/** Waits for a command that has to succeed and returns what it printed. */
export async function succeed(step: string, running: Promise<CommandResult>): Promise<string> {
  const result = await running
  if (result.code === 0) return result.stdout
  throw new RehearsalError(step, `ended with exit code ${result.code}`, textOf(result))
}
