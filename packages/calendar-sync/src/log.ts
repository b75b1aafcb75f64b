import type { Observe, SyncReport } from './observe.ts'

/** What of a pino logger is used. */
export interface PinoLike {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What of the console is used. */
export type ConsoleLike = Pick<Console, 'info' | 'warn' | 'error'>

const methods = { info: 'info', warning: 'warn', error: 'error' } as const

/** Writes reports to a pino logger: its destination may be a file. */
export function toPino(logger: PinoLike): Observe {
  return ({ level, type, ...fields }) => logger[methods[level]](fields, `calendar ${type}`)
}

/** Writes reports as lines such as `WARNING event_failed user=ada eventId=7 code=backendError`. */
export function toConsole(console: ConsoleLike): Observe {
  return (report) => console[methods[report.level]](lineOf(report))
}

function lineOf({ level, type, ...fields }: SyncReport): string {
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${written(String(value))}`)
  return [level.toUpperCase(), type, ...shown].join(' ')
}

/** As JSON where a value could end the line, or read as another field. */
function written(value: string): string {
  return /^[\w.:@/+-]+$/.test(value) ? value : JSON.stringify(value)
}
