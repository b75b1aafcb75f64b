#!/usr/bin/env node
import { styleText } from 'node:util'
import { listen } from './listen.ts'
import { defaultClient } from './oauth/clients.ts'
import { type CommandLine, parseArguments, usage } from './parse-arguments.ts'
import { createSandbox, type Sandbox } from './sandbox.ts'
import { isSandboxError } from './sandbox-error.ts'

const bold = (text: string): string => styleText('bold', text, { stream: process.stdout })
const dim = (text: string): string => styleText('dim', text, { stream: process.stdout })

async function run(args: readonly string[]): Promise<void> {
  const parsed = parseArguments(args)
  if ('help' in parsed) {
    process.stdout.write(usage)
    return
  }
  if ('mistake' in parsed) return fail(`${parsed.mistake}\n\n${usage}`)
  const { port, ...options } = parsed
  const sandbox = createSandbox(options)
  try {
    const { origin } = await listen(sandbox, { port })
    process.stdout.write(describe(origin, parsed, sandbox))
  } catch (error) {
    if (!isSandboxError(error)) throw error
    return fail(`${error.message}\n`)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close())
}

function fail(message: string): void {
  process.stderr.write(`grantkit-sandbox: ${message}`)
  process.exitCode = 2
}

function describe(origin: string, { seed, rotation }: CommandLine, { control }: Sandbox): string {
  const { id, secret = '', redirectUris = [] } = defaultClient
  const signIn = `${origin}/oauth/authorize?response_type=code&client_id=${id}&state=hello`
  const rows = [
    ['Metadata', `${origin}/.well-known/oauth-authorization-server`],
    ['Token', `${origin}/oauth/token`],
    ['Voice Admin', `${origin}/voice-admin/v1`],
    ['Control', `${origin}/__sandbox/`],
    [],
    ['Client', `${id}, secret ${secret}`],
    ['Redirect URI', redirectUris.join(', ')],
    [
      'Accounts',
      control.accounts
        .list()
        .map((each) => `${each.accountKey} (${each.principal})`)
        .join(', '),
    ],
    [
      'Rotation',
      typeof rotation === 'string' ? rotation : `grace ${rotation.grace.seconds} s, ${rotation.grace.uses} uses`,
    ],
    ['Seed', seed],
    [],
    ['Sign in', signIn],
    ['Try', `curl -s ${origin}/__sandbox/ledger/summary`],
  ]
  const lines = rows.map(([label = '', value = '']) => (label === '' ? '' : `  ${dim(label.padEnd(14))}${value}`))
  return `${bold('GoTo, played on this computer')}\n\n${lines.join('\n')}\n\n${dim('Stop with Ctrl+C.')}\n`
}

await run(process.argv.slice(2))
