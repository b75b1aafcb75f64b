import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** `inherit` shows the output as it comes; by default it is collected. */
  readonly output?: 'collect' | 'inherit'
  /** Ends the program when it takes longer; by default it may take as long as it wants. */
  readonly limitMs?: number
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

const quiet = {
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  TURBO_PRINT_VERSION_DISABLED: '1',
  DO_NOT_TRACK: '1',
}

/** Runs a program and waits for its end; a non-zero exit code is a result, not an exception. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((settle, fail) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...quiet, ...options.env },
      ...(options.limitMs === undefined ? {} : { timeout: options.limitMs }),
      stdio: options.output === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', fail)
    child.on('close', (code) => settle({ code: code ?? 1, stdout, stderr }))
  })
}

/** Runs a tool installed for the root or for these checks with this very Node, so that no shell is needed. */
export function runTool(tool: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return runCommand(process.execPath, [toolPath(tool), ...args], options)
}

/** Runs pnpm: the one that started us, or the newest 12 where none did. */
export function runPnpm(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const started = process.env['npm_config_user_agent']?.startsWith('pnpm/12') === true
  return started ? runCommand('pnpm', args, options) : runCommand('npx', ['-y', 'pnpm@12', ...args], options)
}

/** Standard output and standard error of a failed command, trimmed, in one text. */
export function textOf(result: CommandResult): string {
  return [result.stdout, result.stderr]
    .map((text) => text.trimEnd())
    .filter((text) => text !== '')
    .join('\n')
}

function toolPath(tool: string): string {
  const [packageName, binName] = splitTool(tool)
  for (const base of [root, join(root, 'tools/checks')]) {
    const folder = join(base, 'node_modules', packageName)
    if (!existsSync(folder)) continue
    const bin = (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin: unknown }).bin
    const path = typeof bin === 'string' ? bin : (bin as Record<string, string>)[binName]
    if (path !== undefined) return join(folder, path)
  }
  throw new Error(`${tool} is not installed; run: npx -y pnpm@12 install`)
}

// `typescript#tsc` names a package whose program has another name.
function splitTool(tool: string): readonly [string, string] {
  const [packageName = tool, binName] = tool.split('#')
  return [packageName, binName ?? packageName.split('/').at(-1) ?? packageName]
}
