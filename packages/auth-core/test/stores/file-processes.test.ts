import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { processSuite } from './process-suite.ts'
import { storm } from './storm.ts'

describe('createFileStore', () => {
  processSuite({ kind: 'file' })

  // 20 000 commits: storm-program.ts.
  it('loses no commit when 8 writers are killed and stopped where they are', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'grantkit-storm-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'grants')
    const { lost, unexplained, kills, stops } = await storm({ kind: 'file', path, commits: 400 })
    expect({ lost, unexplained }).toEqual({ lost: 0, unexplained: 0 })
    expect(Math.min(kills, stops)).toBeGreaterThan(8)
    // Each record is its one file, beside at most what the last to be killed were preparing.
    for (const record of readdirSync(path).filter((name) => name.startsWith('key.'))) {
      const names = readdirSync(join(path, record))
      expect(names.filter((name) => /^\d+\.[0-9a-f]+(\+[0-9a-f]+)?$/.test(name)).length).toBeGreaterThan(0)
      expect(names.length).toBeLessThan(12)
    }
  })
})
