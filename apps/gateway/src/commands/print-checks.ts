import { styleText } from 'node:util'
import type { CommandContext } from './command.ts'

/** Something that was looked at. */
export interface Check {
  readonly check: string
  readonly ok: boolean
  readonly says: string
  /** What to do where it is not as it should be. */
  readonly advice?: string
}

/** Writes what was looked at: as JSON where that was asked for, else a line each. Tells whether all is well. */
export function printChecks(
  { print, colors }: Pick<CommandContext, 'print' | 'colors'>,
  checks: readonly Check[],
  json: boolean,
): boolean {
  const paint = (color: 'green' | 'red' | 'dim', text: string): string =>
    colors ? styleText(color, text, { validateStream: false }) : text
  if (json) print(JSON.stringify({ checks }))
  else {
    for (const { check, ok, says, advice } of checks) {
      print(`${ok ? paint('green', 'ok  ') : paint('red', 'FAIL')} ${check}: ${says}`)
      if (advice !== undefined) print(paint('dim', `     ${advice}`))
    }
  }
  return checks.every(({ ok }) => ok)
}
