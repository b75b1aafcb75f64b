import { isAuthError } from '@grantkit/auth-core'
import { UsageError, type Command, type CommandContext } from './commands/command.ts'
import { auditCommand } from './commands/audit-command.ts'
import { doctorCommand } from './commands/doctor-command.ts'
import { importEnvCommand } from './commands/import-env-command.ts'
import { importRedisCommand } from './commands/import-redis-command.ts'
import { keysCommand } from './commands/keys-command.ts'
import { operatorKeyCommand } from './commands/operator-key-command.ts'
import { seedCommand } from './commands/seed-command.ts'
import { serveCommand } from './commands/serve-command.ts'
import { sessionCommand } from './commands/session-command.ts'
import { verifyCommand } from './commands/verify-command.ts'
import { GatewayError } from './gateway-error.ts'

const commands: readonly Command[] = [
  serveCommand,
  seedCommand,
  operatorKeyCommand,
  importEnvCommand,
  importRedisCommand,
  keysCommand,
  auditCommand,
  verifyCommand,
  sessionCommand,
  doctorCommand,
]

const exitCodes = { ok: 0, failed: 1, usage: 2 } as const

/** Runs one command line and gives its exit code: 0 done, 1 failed, 2 not understood. */
export async function run(context: CommandContext): Promise<number> {
  const { args, print, warn } = context
  if (args.includes('--help') || args.includes('-h')) {
    print(usage())
    return exitCodes.ok
  }
  const words = args.length === 0 ? ['serve'] : args
  const command = commands.find(({ usage: line }) => nameOf(line) === words[0])
  if (command === undefined) {
    warn(`There is no command "${words[0]}".\n\n${usage()}`)
    return exitCodes.usage
  }
  try {
    await command.run({ ...context, args: words.slice(1) })
    return exitCodes.ok
  } catch (error) {
    if (isUsage(error)) {
      warn(`${error.message}\nUsage: grantkit-gateway ${command.usage}`)
      return exitCodes.usage
    }
    if (!(error instanceof GatewayError) && !isAuthError(error)) throw error
    warn(error.message)
    return exitCodes.failed
  }
}

function usage(): string {
  const width = Math.max(...commands.map(({ usage: line }) => nameOf(line).length))
  const lines = commands.map(({ usage: line, summary }) => `  ${nameOf(line).padEnd(width)}  ${summary}`)
  return `Usage: grantkit-gateway [command]\n\n${lines.join('\n')}`
}

function nameOf(line: string): string {
  return line.split(' ', 1)[0] ?? line
}

/** Ours, and what `parseArgs` throws. */
function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
