import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the example of a scheduler does what its README says', () => {
  const flags = ['--conditions=@grantkit/source', '--disable-warning=ExperimentalWarning']
  const program = join(import.meta.dirname, '../../../examples/scheduler/src/main.ts')
  const printed = execFileSync(process.execPath, [...flags, program, '--tour'], { encoding: 'utf8' })
  expect(printed.split('\n')).toEqual([
    'Connected.',
    'In Google: Lunch with Grace',
    'The network is broken. In Google: Lunch with Grace',
    'The network is back. In Google: Lunch with Grace, Review',
    'Renamed in Google, and so in the app: Review with Ada',
    'Made in Google, and seen in the app: Dentist',
    'Disconnected.',
    '',
  ])
})
