import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { operationFacts } from '../src/operations.gen.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the README counts the operations by how sure they are', () => {
  const marks: string[] = Object.values(operationFacts).map(({ confidence }) => confidence)
  const documented = marks.filter((mark) => mark === 'documented').length
  const seen = marks.filter((mark) => mark === 'seen').length
  expect(documented + seen).toBe(marks.length)
  const said = readme.replaceAll(/\s+/g, ' ')
  expect(said).toContain(`${documented} of ${marks.length} operations stand in their documents`)
  expect(said).toContain(`${seen} were seen in their code`)
})
