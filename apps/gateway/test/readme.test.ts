import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readEnvironment } from '../src/env.ts'
import { run } from '../src/run.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The rows of the table of settings: names, and what stands under "Default". */
const rows = sectionOf('Settings')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, names = '', initial = '']) => ({
    names: [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    initial,
  }))

function sectionOf(title: string): string {
  const from = readme.indexOf(`\n## ${title}\n`)
  return readme.slice(from, readme.indexOf('\n## ', from + 1))
}

/** The variables that are asked for while others are set. */
function asked(set: Readonly<Record<string, string>>): readonly string[] {
  const names: string[] = []
  readEnvironment(new Proxy(set, { get: (target, name) => (names.push(String(name)), target[String(name)]) }))
  return names
}

describe('the README', () => {
  it('lists every setting, and no other', () => {
    const read = new Set([...asked({}), ...asked({ REDIS_HOST: 'redis' })])
    read.delete('NODE_ENV')
    expect(new Set(rows.flatMap(({ names }) => names))).toEqual(read)
  })

  it.each(rows.filter(({ names, initial }) => names.length === 1 && /^\d+$/.test(initial)))(
    'names the default of $names.0',
    ({ names: [name = ''], initial }) => {
      expect(readEnvironment({ [name]: initial })).toEqual(readEnvironment({}))
      expect(readEnvironment({ [name]: String(Number(initial) + 1) })).not.toEqual(readEnvironment({}))
    },
  )

  it('names every command', async () => {
    let help = ''
    const ignore = (): void => undefined
    const print = (text: string): void => void (help += text)
    await run({ args: ['--help'], env: {}, colors: false, print, warn: ignore, ended: Promise.resolve() })
    const commands = [...help.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name = '']) => name)
    expect(commands.length).toBeGreaterThan(8)
    const section = sectionOf('Running it')
    expect(commands.filter((name) => !section.includes(`\`${name}`))).toEqual([])
  })
})
