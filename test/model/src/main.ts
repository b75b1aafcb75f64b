import { parseArgs, styleText } from 'node:util'
import type { Configuration } from './configuration.ts'
import { deepConfigurations, quickConfigurations } from './configurations.ts'
import { controls } from './controls.ts'
import { explore, type Exploration } from './explore.ts'
import { invariants } from './invariants.ts'
import { limits } from './limits.ts'
import { count, line, numbered, verdict } from './table.ts'

const usage = `Explores every reachable state of the refresh protocol, as far as the configured faults allow.

  --deep         more faults in one history (minutes instead of seconds)
  --only <text>  only configurations, controls and limits whose name contains the text
  --traces       show how each negative control and each known limit goes wrong
  --meanings     say what each invariant means`

const { values } = parseArgs({
  options: {
    deep: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    traces: { type: 'boolean', default: false },
    meanings: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

// Where memory ends before the states do, the verdict says so.
const maxStates = 6_000_000

if (values.help) console.log(usage)
else if (values.meanings) for (const { name, meaning } of invariants) console.log(`${name}  ${meaning}`)
else process.exitCode = run() ? 0 : 1

function run(): boolean {
  const isWanted = ({ name }: { name: string }): boolean => name.includes(values.only)
  const chosen = (values.deep ? deepConfigurations : quickConfigurations).filter(isWanted)
  const mistakes = controls.filter(isWanted)
  const losses = limits.filter(isWanted)
  const widths = [Math.max(0, ...[...chosen, ...mistakes, ...losses].map(({ name }) => name.length)), 11, 8]
  let isFine = chosen.length + mistakes.length + losses.length > 0
  if (!isFine) console.error(`Nothing here has "${values.only}" in its name.`)

  if (chosen.length > 0) showHeading('shipped steps', widths)
  for (const configuration of chosen) isFine = showShipped(configuration, widths) && isFine

  if (mistakes.length > 0) showHeading('negative controls: one mistake each', widths)
  for (const { name, mistake, breaks, configuration } of mistakes) {
    const all = breaks.map((invariant) => explore(configuration, { invariants: [invariant], maxStates }))
    isFine = showExpected(name, mistake, all, widths) && isFine
  }

  if (losses.length > 0) showHeading('known limits: what nobody can mask', widths)
  for (const { name, why, breaks, configuration } of losses) {
    isFine = showExpected(name, why, [explore(configuration, { invariants: [breaks], maxStates })], widths) && isFine
  }
  return isFine
}

function showHeading(title: string, widths: readonly number[]): void {
  console.log(`\n${bold(line([title, 'states', 'seconds'], widths).trimEnd())}`)
}

function showShipped(configuration: Configuration, widths: readonly number[]): boolean {
  const { name } = configuration
  const found = explore(configuration, { maxStates, onProgress: showProgress(name) })
  clearProgress()
  const { violation } = found
  console.log(row(found, name, widths, violation ? red(verdict(found)) : green(verdict(found))))
  if (violation) console.log(numbered(violation.trace))
  return violation === undefined
}

/** A control or limit has to be found; one of each explorations is shown in full on demand. */
function showExpected(name: string, why: string, all: readonly Exploration[], widths: readonly number[]): boolean {
  const [first] = all
  if (first === undefined) return false
  const missed = all.filter(({ violation }) => violation === undefined)
  const broken = all.flatMap(({ violation }) => violation?.invariant ?? [])
  const said = missed.length === 0 ? green(`breaks ${broken.join(', ')}, as expected`) : red('was not noticed')
  console.log(row(first, name, widths, said))
  if (!values.traces || first.violation === undefined) return missed.length === 0
  console.log(`  ${why}\n  ${first.violation.invariant}: ${first.violation.detail}`)
  console.log(`${numbered(first.violation.trace)}\n`)
  return missed.length === 0
}

function row({ states, seconds }: Exploration, name: string, widths: readonly number[], said: string): string {
  return line([name, count(states), seconds.toFixed(2), said], widths)
}

function showProgress(name: string): (progress: { states: number; waiting: number }) => void {
  return ({ states, waiting }) => {
    const said = `${name}: ${count(states)} states, ${count(waiting)} waiting`
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${said}`)
    else if (states % 1_000_000 === 0) console.error(said)
  }
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[2K')
}

function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout })
}

function green(text: string): string {
  return styleText('green', text, { stream: process.stdout })
}

function red(text: string): string {
  return styleText('red', text, { stream: process.stdout })
}
