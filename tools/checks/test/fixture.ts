import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readWorkspace, type Workspace } from '../src/workspace.ts'

/** Files by their path from the root; anything but text is written as JSON. */
export type FixtureFiles = Readonly<Record<string, unknown>>

/** Writes a small repository that lives as long as the test. */
export function createFixture(files: FixtureFiles): Workspace {
  const root = mkdtempSync(join(tmpdir(), 'grantkit-checks-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  writeFixture(root, { 'package.json': rootManifest, ...files })
  return readWorkspace(root)
}

export function writeFixture(root: string, files: FixtureFiles): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
}

const rootManifest = { name: 'fixture', private: true, license: 'MIT', engines: { node: '>=22.18' } }

/** The package.json of a published package that breaks no rule, with what a test wants otherwise. */
export function publicManifest(folder: string, changes: object = {}): object {
  return {
    name: `@grantkit/${folder.split('/').at(-1)}`,
    version: '0.0.0',
    description: 'A package',
    license: 'MIT',
    repository: { directory: folder },
    files: ['dist'],
    type: 'module',
    sideEffects: false,
    exports: { '.': exportOf('index'), './package.json': './package.json' },
    publishConfig: { access: 'public', provenance: true },
    engines: { node: '>=22.18' },
    ...changes,
  }
}

export function exportOf(stem: string): object {
  return { '@grantkit/source': `./src/${stem}.ts`, types: `./dist/${stem}.d.ts`, default: `./dist/${stem}.js` }
}
