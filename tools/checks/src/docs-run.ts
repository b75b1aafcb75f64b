import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runCommand, textOf } from './command.ts'
import type { Program } from './docs-blocks.ts'
import type { Finding } from './gate.ts'
import { startServer } from './start-server.ts'
import type { Workspace } from './workspace.ts'

const source = '--conditions=@grantkit/source'
const limitMs = 30_000

// Both in processes of their own: the checks share no code with the packages.
const sandboxProgram = `import { createSandbox, listen } from '@grantkit/sandbox'
const redirectUris = process.argv.slice(2)
const { origin } = await listen(createSandbox({ clients: [{ id: 'sandbox-client', secret: 'sandbox-secret', redirectUris }] }))
console.log(origin)
`
const browserProgram = `import { approveAuthorization } from '@grantkit/sandbox'
await fetch(await approveAuthorization(fetch, new URL(process.argv[2] ?? '')))
`

/** Runs each program with a fresh sandbox in place of the vendor, an empty home and an empty working directory. */
export async function runBlocks(workspace: Workspace, programs: readonly Program[]): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const program of programs) findings.push(...(await runBlock(workspace, program)))
  return findings
}

async function runBlock(workspace: Workspace, program: Program): Promise<readonly Finding[]> {
  const home = mkdtempSync(join(tmpdir(), 'grantkit-docs-'))
  const folder = dirname(program.path)
  const redirectUri = `http://localhost:${await freePort()}/callback`
  const sandbox = await startSandbox(workspace, folder, redirectUri)
  try {
    const env = { ...variablesFor(home, folder), GRANTKIT_SANDBOX: sandbox.origin, GOTO_REDIRECT_URI: redirectUri }
    const result = await runCommand(process.execPath, [source, program.path], { cwd: home, env, limitMs })
    if (result.code === 0 && !/warning/i.test(result.stderr)) return []
    return [{ where: program.where, problem: `ends with exit code ${result.code}\n${textOf(result)}` }]
  } finally {
    sandbox.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

// The sandbox's own clients, a person who always agrees, and a home that nobody else uses.
function variablesFor(home: string, folder: string): Record<string, string> {
  const browser = join(folder, 'browser.ts')
  writeFileSync(browser, browserProgram)
  return {
    GOTO_CLIENT_ID: 'sandbox-client',
    GOTO_CLIENT_SECRET: 'sandbox-secret',
    GOOGLE_CLIENT_ID: 'sandbox-google-desktop',
    GOOGLE_CLIENT_SECRET: 'sandbox-google-secret',
    CARTHOOKS_CLIENT_ID: 'dvc-sandbox',
    CARTHOOKS_CLIENT_SECRET: 'dvs-sandbox',
    BROWSER: `"${process.execPath}" "${source}" "${browser}" %s`,
    GRANTKIT_DATA_DIR: home,
    HOME: home,
    NO_COLOR: '1',
  }
}

async function startSandbox(
  workspace: Workspace,
  folder: string,
  redirectUri: string,
): Promise<{ origin: string; stop(): void }> {
  const path = join(folder, 'sandbox.ts')
  writeFileSync(path, sandboxProgram)
  return await startServer('the sandbox', [source, path, redirectUri], workspace.root)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
