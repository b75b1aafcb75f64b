import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { runCommand, textOf } from './command.ts'
import type { Program } from './docs-blocks.ts'
import type { Finding } from './gate.ts'
import type { Workspace } from './workspace.ts'

const source = '--conditions=@grantkit/source'
const limitMs = 30_000

// In a process of its own: the checks share no code with the packages.
const sandboxProgram = `import { createSandbox, listen } from '@grantkit/sandbox'
const { origin } = await listen(createSandbox())
console.log(origin)
`

/** Runs each program with a fresh sandbox in place of the vendor, an empty home and an empty working directory. */
export async function runBlocks(workspace: Workspace, programs: readonly Program[]): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const program of programs) findings.push(...(await runBlock(workspace, program)))
  return findings
}

async function runBlock(workspace: Workspace, program: Program): Promise<readonly Finding[]> {
  const home = mkdtempSync(join(tmpdir(), 'grantkit-docs-'))
  const sandbox = await startSandbox(workspace, dirname(program.path))
  try {
    const result = await runCommand(process.execPath, [source, program.path], {
      cwd: home,
      env: { ...variablesFor(sandbox.origin), HOME: home, USERPROFILE: home, XDG_DATA_HOME: home, NO_COLOR: '1' },
      limitMs,
    })
    if (result.code === 0 && !/warning/i.test(result.stderr)) return []
    return [{ where: program.where, problem: `ends with exit code ${result.code}\n${textOf(result)}` }]
  } finally {
    sandbox.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

// The sandbox's client that every document uses; node-auth moves the provider to the sandbox and acts as the browser.
function variablesFor(origin: string): Record<string, string> {
  return {
    GRANTKIT_SANDBOX: origin,
    GOTO_CLIENT_ID: 'sandbox-client',
    GOTO_CLIENT_SECRET: 'sandbox-secret',
  }
}

async function startSandbox(workspace: Workspace, folder: string): Promise<{ origin: string; stop(): void }> {
  const path = join(folder, 'sandbox.ts')
  writeFileSync(path, sandboxProgram)
  const child = spawn(process.execPath, [source, path], { cwd: workspace.root, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit').then(() => undefined)
  const said = once(createInterface(child.stdout), 'line').then(([line]) => String(line))
  const origin = await Promise.race([said, ended])
  if (origin === undefined) throw new Error('the sandbox ended before it listened')
  return { origin, stop: () => child.kill() }
}
