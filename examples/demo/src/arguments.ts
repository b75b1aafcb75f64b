import { parseArgs } from 'node:util'

export interface DemoArguments {
  readonly browser: boolean
  readonly help: boolean
}

export const help = `Shows Grantkit's main job on real sockets, in about ten seconds:
a sandbox plays GoTo, you sign in once, typed calls work, and 1,000 parallel calls
from 4 processes on an expired token cost one token request.

Usage: npx -y pnpm@12 demo [--browser]

  --browser   open the consent page, so that you press the button yourself
  --help      this text

Exit code: 0 all as promised, 1 not so, 2 wrong usage, 130 interrupted.
Colours: only in a terminal, and not with NO_COLOR.
`

/** Reads the command line, or says what is wrong with it. */
export function readArguments(args: readonly string[]): DemoArguments | { readonly problem: string } {
  const options = { browser: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
  try {
    const { values } = parseArgs({ args: args.filter((arg) => arg !== '--'), options })
    return { browser: values.browser === true, help: values.help === true }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
