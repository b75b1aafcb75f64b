import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, type BuildFailure } from 'esbuild'
import { runTool, textOf } from './command.ts'
import { readCompilerOutput } from './compiler-output.ts'
import type { Finding, Gate, GateResult } from './gate.ts'
import { emptyFolder, linkPackages } from './scratch.ts'
import type { Workspace } from './workspace.ts'

export const webGate: Gate = {
  name: 'web',
  script: 'check:web',
  holds: 'the entries for every runtime import no Node module and use no Node global, dependencies included',
  run: checkWeb,
}

// Entries that promise to run in Deno, Bun, workers and browsers too.
export const webEntries: readonly string[] = [
  '@grantkit/auth-core',
  '@grantkit/auth-core/discovery',
  '@grantkit/auth-core/grants/device-code',
  '@grantkit/auth-core/grants/jwt-bearer',
  '@grantkit/auth-core/grants/vendor-grant',
  '@grantkit/auth-core/id-token',
  '@grantkit/auth-core/private-key-jwt',
  '@grantkit/auth-core/providers/carthooks',
  '@grantkit/auth-core/providers/google',
  '@grantkit/auth-core/providers/goto',
  '@grantkit/auth-core/stores/encrypted',
  '@grantkit/auth-core/stores/memory',
  '@grantkit/auth-core/stores/postgres',
  '@grantkit/auth-core/stores/redis',
  '@grantkit/auth-core/testing',
  '@grantkit/api-client',
  '@grantkit/calendar-sync',
  '@grantkit/calendar-sync/connect',
  '@grantkit/calendar-sync/jwt',
  '@grantkit/calendar-sync/pull',
  '@grantkit/google-calendar',
  '@grantkit/google-calendar/events',
  '@grantkit/google-calendar/free-busy',
  '@grantkit/google-calendar/push',
  '@grantkit/google-calendar/sync',
  '@grantkit/goto-admin',
  '@grantkit/goto-meeting',
  '@grantkit/goto-scim',
  '@grantkit/goto-users',
  '@grantkit/goto-voice',
]

/** Bundles the web entries for no platform at all and compiles them without the types of Node. */
export async function checkWeb(workspace: Workspace, entries = webEntries): Promise<GateResult> {
  const folder = emptyFolder(workspace, 'web')
  linkPackages(folder, workspace.packages)
  const bundled = await bundle(folder, entries)
  const typed = await compile(workspace, folder, entries)
  return {
    summary: `${entries.length} entries, ${bundled.modules} modules`,
    findings: [...bundled.findings, ...typed],
  }
}

async function bundle(folder: string, entries: readonly string[]): Promise<{ modules: number; findings: Finding[] }> {
  try {
    const { metafile } = await build({
      stdin: { contents: entries.map((entry) => `import '${entry}'`).join('\n'), resolveDir: folder },
      ignoreAnnotations: true,
      bundle: true,
      write: false,
      metafile: true,
      platform: 'neutral',
      format: 'esm',
      conditions: ['@grantkit/source', 'import', 'default'],
      logLevel: 'silent',
    })
    return { modules: Object.keys(metafile.inputs).length, findings: [] }
  } catch (error) {
    const { errors = [] } = error as Partial<BuildFailure>
    if (errors.length === 0) throw error
    const findings = errors.map(({ text, location }): Finding => {
      const where = location === null ? 'bundle' : `${location.file}:${location.line}`
      return { where, problem: text, fix: 'move what needs Node behind a subpath or into a node-* package' }
    })
    return { modules: 0, findings }
  }
}

// Without the types of Node, `process`, `Buffer` and `node:…` are unknown names.
async function compile(workspace: Workspace, folder: string, entries: readonly string[]): Promise<readonly Finding[]> {
  writeFileSync(join(folder, 'entries.ts'), entries.map((entry) => `import '${entry}'\n`).join(''))
  const base = relative(folder, join(workspace.root, 'tsconfig.base.json')).replaceAll('\\', '/')
  const config = { extends: base, compilerOptions: { types: [] }, files: ['entries.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config, null, 2))
  const result = await runTool('typescript#tsc', ['-p', join(folder, 'tsconfig.json'), '--pretty', 'false'])
  if (result.code === 0) return []
  return readCompilerOutput(textOf(result)).map(({ file, line, problem }) => ({
    where: file === undefined ? 'tsc' : `${file}:${line}`,
    problem,
  }))
}
