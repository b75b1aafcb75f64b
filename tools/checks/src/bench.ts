// `pnpm bench`: puts the packages into bench/ as users would install them, installs the peers beside them, and measures.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { runCommand, runPnpm, runTool, textOf, type CommandResult } from './command.ts'
import { packPackages } from './pack.ts'
import { emptyFolder } from './scratch.ts'
import { readTarball } from './tarball-files.ts'
import { readWorkspace, type Manifest } from './workspace.ts'

const root = resolve(import.meta.dirname, '../../..')
const home = join(root, 'bench')
const packedFolder = '.tmp/packages/'

await orStop(build(), 'build')
const workspace = readWorkspace(root)
unpack(await packPackages(workspace, packedNames(), emptyFolder(workspace, 'bench')))
await orStop(runPnpm(['install', '--frozen-lockfile', '--prefer-offline'], { cwd: home }), 'install bench/')
await orStop(runTool('typescript#tsc', ['-p', 'bench']), 'typecheck bench/')
const program = [join(home, 'src/main.ts'), ...process.argv.slice(2)]
const { code } = await runCommand(process.execPath, program, { output: 'inherit' })
process.exitCode = code

/** The packages that bench/ takes packed, by what its package.json says. */
function packedNames(): readonly string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest
  return Object.keys(dependencies).filter((name) => dependencies[name]?.startsWith(`link:${packedFolder}`))
}

function build(): Promise<CommandResult> {
  const filters = [...packedNames(), '@grantkit/sandbox', '@grantkit/gateway'].map((name) => `--filter=${name}`)
  return runTool('turbo', ['run', 'build', ...filters, '--output-logs=errors-only'])
}

function unpack(tarballs: ReadonlyMap<string, string>): void {
  for (const [name, tarball] of tarballs) {
    const folder = join(home, packedFolder, name.replace('@grantkit/', ''))
    rmSync(folder, { recursive: true, force: true })
    for (const { path, text } of readTarball(readFileSync(tarball))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
  }
}

async function orStop(running: Promise<CommandResult>, what: string): Promise<void> {
  const result = await running
  if (result.code === 0) return
  console.error(`${what} failed:\n${textOf(result)}`)
  process.exit(1)
}
