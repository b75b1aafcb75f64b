import { readFileSync } from 'node:fs'
import { DCLinter } from 'dclint'
import { validate } from 'dockerfile-utils'
import { describe, expect, it } from 'vitest'

const pathOf = (name: string): string => new URL(`../${name}`, import.meta.url).pathname
const dockerfile = readFileSync(pathOf('Dockerfile'), 'utf8')

describe('the Dockerfile', () => {
  const complaints = (text: string): string[] => validate(text).map(({ message }) => String(message))

  it('has nothing that its linter complains of', () => {
    expect(complaints(dockerfile)).toEqual([])
    expect(complaints(dockerfile.replace('EXPOSE 8078', 'EXPOSE port'))).not.toEqual([])
  })

  it('names a whole version, and ends as a user who is not root, watched', () => {
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-\w+-slim$/m)
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM'))
    expect([...last.matchAll(/^(?:USER|HEALTHCHECK|CMD) ?\S+/gm)].map(([line]) => line)).toEqual([
      'USER node',
      'HEALTHCHECK --interval=10s',
      'CMD ["node",',
    ])
  })
})

describe('compose.yaml', () => {
  it('has nothing that its linter complains of', () => {
    const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] })
    // Its own types lead nowhere.
    const results: readonly { messages: readonly { line: number; rule: string }[] }[] = linter.lintFiles(
      [pathOf('compose.yaml')],
      false,
    )
    const complaints = results.flatMap(({ messages }) => messages.map(({ line, rule }) => `${line} ${rule}`))
    expect([results.length, complaints]).toEqual([1, []])
  })
})
