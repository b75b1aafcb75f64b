import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'

/** Gives the next line a person enters, or `undefined` when there will be none. */
export type ReadLine = (options: { readonly signal: AbortSignal }) => Promise<string | undefined>

/** The terminal of the person who started the program, if standard input is one. */
export function terminalOfPerson(): ReadLine | undefined {
  return process.stdin.isTTY ? readTerminalLine : undefined
}

// Line by line in the terminal's own editing, an address longer than 1024 characters would be cut on macOS.
async function readTerminalLine({ signal }: { readonly signal: AbortSignal }): Promise<string | undefined> {
  if (signal.aborted) return undefined
  const reader = createInterface({ input: process.stdin, output: process.stderr, historySize: 0 })
  // Reading keys takes Ctrl+C from the terminal: given back, it does what it does elsewhere in the program.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  const closed = once(reader, 'close').then(() => undefined)
  try {
    return await Promise.race([reader.question('> ', { signal }), closed])
  } catch {
    return undefined
  } finally {
    reader.close()
  }
}
