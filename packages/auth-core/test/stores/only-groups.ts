import type { StoreSuiteOptions } from '../../src/testing/store-suite.ts'

type Describe = StoreSuiteOptions['describe']

/** Defines the named groups of the suite and leaves the others out. */
export function onlyGroups(group: Describe, ...wanted: readonly string[]): Describe {
  return (name, define) => void (wanted.includes(name) && group(name, define))
}
