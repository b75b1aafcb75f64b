import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the example that composes four providers does what its README says', () => {
  const flags = ['--conditions=@grantkit/source', '--disable-warning=ExperimentalWarning']
  const program = join(import.meta.dirname, '../../../examples/compose/src/main.ts')
  const printed = execFileSync(process.execPath, [...flags, program], { encoding: 'utf8' })
  expect(printed.match(/^ {2}\d\d:00 .*Order \d+: collect from A-\d\d\. Questions\? Extension \d+\.$/gm)).toHaveLength(
    3,
  )
  expect(printed).toContain('five times at once: the same.')
  expect(printed.match(/^ {2}(?:goto|google|carthooks|warehouse) +1$/gm)).toHaveLength(4)
})
