import { parseArgs } from 'node:util'
import type { Fault } from '../faults/fault.ts'
import { checkRotation, type Rotation } from '../rotation.ts'
import { isSandboxError, SandboxError } from '../sandbox-error.ts'
import { type VendorId, vendorIds } from '../vendor.ts'
import { parseFault } from './parse-fault.ts'

export const usage: string = `Usage: grantkit-sandbox [VENDOR ...] [options]
       grantkit-sandbox exec [VENDOR ...] [options] -- COMMAND [ARGUMENT ...]

Plays the sign-in and the APIs of vendors on this computer: ${vendorIds.join(', ')}; without a name all of them.
exec runs a command with the environment variables that lead it there, and ends with it.

  --port NUMBER        where to listen on 127.0.0.1 (default 4747, for exec any free port; 0: any free port)
  --seed TEXT          decides all ids and tokens (default grantkit)
  --state FILE         goes on where FILE ended, and keeps everything there
  --rotation PROFILE   none, sometimes, strict or grace:SECONDS,USES (default: what each vendor does)
  --fault "TYPE NAME=VALUE ..."
                       a fault to begin with, such as "rate_limited operation=listEvents times=3"; as often as you like
  --host ADDRESS       another address than 127.0.0.1, with --expose
  --expose             lets in everybody who reaches that address
  --help               shows this
`

export interface CommandLine {
  /** Empty: all of them. */
  readonly vendors: readonly VendorId[]
  readonly port: number
  readonly host?: string
  readonly exposed: boolean
  readonly seed?: string
  readonly state?: string
  readonly rotation?: Rotation
  readonly faults: readonly Fault[]
  /** The command to run, and its arguments. */
  readonly command?: readonly [string, ...string[]]
}

export type ParsedArguments = CommandLine | { readonly help: true } | { readonly mistake: string }

/** Reads the command line; a mistake is told, never guessed around. */
export function parseArguments(args: readonly string[]): ParsedArguments {
  const end = args.indexOf('--')
  const [own, command] = end === -1 ? [args, []] : [args.slice(0, end), args.slice(end + 1)]
  try {
    return readCommandLine(own, command)
  } catch (error) {
    if (isSandboxError(error)) return { mistake: error.message }
    // What parseArgs throws; its second sentence explains a way of quoting that is of no use here.
    if (error instanceof TypeError) return { mistake: error.message.split('. ')[0] ?? error.message }
    throw error
  }
}

function readCommandLine(args: readonly string[], command: readonly string[]): ParsedArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      expose: { type: 'boolean', default: false },
      seed: { type: 'string' },
      state: { type: 'string' },
      rotation: { type: 'string' },
      fault: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return { help: true }
  const runs = positionals.includes('exec')
  const { seed, state, host, rotation } = values
  for (const [name, value] of Object.entries({ seed, state, host })) {
    if (value === '') throw mistake(`--${name} must not be empty.`)
  }
  return {
    vendors: positionals.filter((word) => word !== 'exec').map(readVendor),
    port: readPort(values.port ?? (runs ? '0' : '4747')),
    exposed: values.expose,
    ...(host === undefined ? {} : { host }),
    ...(seed === undefined ? {} : { seed }),
    ...(state === undefined ? {} : { state }),
    ...(rotation === undefined ? {} : { rotation: readRotation(rotation) }),
    faults: values.fault.map(parseFault),
    ...readCommand(runs, command),
  }
}

function readCommand(runs: boolean, [name, ...rest]: readonly string[]): Pick<CommandLine, 'command'> {
  if (runs === (name !== undefined)) return name === undefined ? {} : { command: [name, ...rest] }
  throw mistake(runs ? 'exec needs a command after "--".' : 'A command after "--" is for exec.')
}

function readVendor(word: string): VendorId {
  const vendor = vendorIds.find((known) => known === word)
  if (vendor !== undefined) return vendor
  throw mistake(`Unknown vendor "${word}". Known: ${vendorIds.join(', ')}.`)
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw mistake('--port must be a number from 0 to 65535.')
}

function readRotation(text: string): Rotation {
  const grace = /^grace:(\d+),(\d+)$/.exec(text)
  if (grace !== null) return checkRotation({ grace: { seconds: Number(grace[1]), uses: Number(grace[2]) } })
  if (['none', 'sometimes', 'strict'].includes(text)) return checkRotation(text as Rotation)
  throw mistake('--rotation is none, sometimes, strict or grace:SECONDS,USES.')
}

function mistake(message: string): SandboxError {
  return new SandboxError('invalid_option', message)
}
