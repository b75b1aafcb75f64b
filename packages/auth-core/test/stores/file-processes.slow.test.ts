import { describe } from 'vitest'
import { processSuite } from './process-suite.ts'

describe('createFileStore', () => processSuite({ kind: 'file', stops: true }))
