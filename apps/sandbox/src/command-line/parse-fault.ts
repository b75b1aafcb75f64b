import { SandboxError } from '../sandbox-error.ts'
import { faultMatchKeys } from '../faults/check-fault.ts'
import type { Fault } from '../faults/fault.ts'

/**
 * Reads a fault as the command line has it: its type, then what it strikes and its options, as `name=value`. For example
 * `rate_limited operation=listEvents times=3`.
 */
export function parseFault(text: string): Fault {
  const words = text.trim().split(/\s+/)
  const type = words[0]?.includes('=') === false ? words.shift() : undefined
  const match: Record<string, string> = {}
  const options: Record<string, unknown> = {}
  for (const word of words) {
    const [, name, value] = /^(\w+)=(.+)$/.exec(word) ?? []
    if (name === undefined || value === undefined) {
      throw new SandboxError('invalid_option', `"${word}" in --fault is no name=value.`)
    }
    if (faultMatchKeys.some((key) => key === name)) match[name] = value
    else options[name] = readValue(value)
  }
  // Whatever is wrong with it, `faults.add` says so.
  return { match, ...(type === undefined || type === '' ? {} : { type }), ...options } as unknown as Fault
}

function readValue(value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true'
  return /^-?\d+$/.test(value) ? Number(value) : value
}
