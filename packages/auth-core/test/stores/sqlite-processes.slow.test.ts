import { describe } from 'vitest'
import { processSuite } from './process-suite.ts'

describe('createSqliteStore', () => processSuite({ kind: 'sqlite', stops: false }))
