import { parseArgs } from 'node:util'
import { checkRotation, type Rotation } from './rotation.ts'
import { isSandboxError } from './sandbox-error.ts'

export const usage = `Usage: grantkit-sandbox [goto] [options]

Plays the sign-in and the APIs of a vendor on this computer. Vendors: goto.

  --port NUMBER        where to listen on 127.0.0.1 (default 4747; 0: any free port)
  --seed TEXT          decides all ids and tokens (default grantkit)
  --rotation PROFILE   none, sometimes, strict or grace:SECONDS,USES (default sometimes)
  --help               shows this
`

export interface CommandLine {
  readonly port: number
  readonly seed: string
  readonly rotation: Rotation
}

export type ParsedArguments = CommandLine | { readonly help: true } | { readonly mistake: string }

/** Reads the command line; a mistake is told, never guessed around. */
export function parseArguments(args: readonly string[]): ParsedArguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string', default: '4747' },
        seed: { type: 'string', default: 'grantkit' },
        rotation: { type: 'string', default: 'sometimes' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return { help: true }
    const [vendor = 'goto', ...more] = positionals
    if (vendor !== 'goto') return { mistake: `Unknown vendor "${vendor}". Known: goto.` }
    if (more.length > 0) return { mistake: `One vendor at a time; "${more[0]}" is too much.` }
    if (values.seed === '') return { mistake: '--seed must not be empty.' }
    const port = Number(values.port)
    if (!/^\d{1,5}$/.test(values.port) || port > 65_535) return { mistake: '--port must be a number from 0 to 65535.' }
    return { port, seed: values.seed, rotation: readRotation(values.rotation) }
  } catch (error) {
    if (isSandboxError(error)) return { mistake: '--rotation is none, sometimes, strict or grace:SECONDS,USES.' }
    if (error instanceof TypeError) return { mistake: error.message.split('. ')[0] ?? error.message }
    throw error
  }
}

function readRotation(text: string): Rotation {
  const grace = /^grace:(\d+),(\d+)$/.exec(text)
  if (grace === null) return checkRotation(text)
  return checkRotation({ grace: { seconds: Number(grace[1]), uses: Number(grace[2]) } })
}
