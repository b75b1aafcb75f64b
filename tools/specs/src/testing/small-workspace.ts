import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { canonicalJson } from '../canonical-json.ts'
import type { Json } from '../json.ts'
import { run } from '../run.ts'
import { sha256 } from '../sha256.ts'
import { smallDocument } from './small-document.ts'

export interface SmallWorkspace {
  readonly root: string
  write(path: string, text: string): void
  writeJson(path: string, value: Json): void
  /** Runs the tool, by default from the root. */
  specs(args: string[], cwd?: string): Promise<{ code: number; out: string; err: string }>
}

/** A workspace on disk with one API, a package and an app that generate from it; gone when the test has ended. */
export function smallWorkspace(): SmallWorkspace {
  const root = mkdtempSync(join(tmpdir(), 'specs-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const writeJson = (path: string, value: Json): void => write(path, canonicalJson(value))
  const source = canonicalJson(smallDocument())
  write('specs/small/source.yaml', source)
  write('specs/small/overlay.yaml', 'overlay: 1.0.0\ninfo: { title: T, version: "1" }\nactions: []\n')
  writeJson('specs/small/source.json', {
    source: 'source.yaml',
    origin: 'A page',
    revision: '1',
    date: '2026-01-31',
    sha256: sha256(source),
    confidence: { documented: 1, notes: 1 },
  })
  writeJson('packages/small/package.json', {
    name: '@example/small',
    scripts: { generate: 'specs generate small --out src' },
  })
  writeJson('apps/copy/package.json', {
    name: '@example/copy',
    scripts: { generate: 'specs resolve small --out specs/small.gen.json && echo done' },
  })
  writeJson('apps/none/package.json', { name: '@example/none' })
  return {
    root,
    write,
    writeJson,
    async specs(args, cwd = '.') {
      let out = ''
      let err = ''
      const code = await run(args, {
        root,
        cwd: join(root, cwd),
        today: () => '2026-02-01',
        out: (text) => {
          out += text
        },
        err: (text) => {
          err += text
        },
      })
      return { code, out, err }
    },
  }
}
