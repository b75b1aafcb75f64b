import { createColors } from 'picocolors'

type Colors = ReturnType<typeof createColors>

/** Tells the person what happens, one step a line. */
export interface Report {
  readonly colors: Colors
  title(text: string): void
  /** Runs a step, shows that it runs, then its result and how long it took. */
  step<T>(name: string, run: (progress: (text: string) => void) => Promise<T>, result: (value: T) => string): Promise<T>
  /** Shows lines that belong to the step above. */
  lines(lines: readonly string[]): void
  verdict(isGood: boolean, text: string): void
}

const nameWidth = 18

/** Colours and moving lines only in a terminal. */
export function createReport(out: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Report {
  const isTerminal = out.isTTY && env['TERM'] !== 'dumb'
  const colors = createColors(isTerminal && (env['NO_COLOR'] ?? '') === '')
  const startedMs = performance.now()
  const print = (line: string): void => void out.write(`${line}\n`)
  const show = (text: string): void => {
    if (isTerminal) out.write(`\r\u001b[2K${text}`)
  }
  return {
    colors,
    title: (text) => print(`\n${colors.bold(text)}\n`),
    async step(name, run, result) {
      const head = name.padEnd(nameWidth)
      const stepMs = performance.now()
      show(colors.dim(`  ${head}…`))
      try {
        const value = await run((text) => show(colors.dim(`  ${head}${text}`)))
        show('')
        print(`${colors.green('✓')} ${head}${result(value)} ${colors.dim(sinceText(stepMs))}`)
        return value
      } catch (error) {
        show('')
        print(`${colors.red('✗')} ${head}`)
        throw error
      }
    },
    lines(lines) {
      show('')
      for (const line of lines) print(`${' '.repeat(nameWidth + 2)}${line}`)
    },
    verdict(isGood, text) {
      const mark = isGood ? colors.green('✓') : colors.red('✗')
      print(`\n${mark} ${colors.bold(text)} ${colors.dim(`total ${sinceText(startedMs)}`)}\n`)
    },
  }
}

function sinceText(sinceMs: number): string {
  const ms = performance.now() - sinceMs
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`
}
