import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { AuthError } from '@grantkit/auth-core'
import type { Keychain } from './keychain.ts'

export type KeychainRequest =
  | { readonly call: 'get' | 'remove'; readonly name: string }
  | { readonly call: 'set'; readonly name: string; readonly secret: string }

export type KeychainAnswer = { readonly secret: string | null } | { readonly failure: string }

const program = fileURLToPath(new URL(`./keychain-program${extname(import.meta.url)}`, import.meta.url))

/** Marks the process that makes the call. */
const marker = 'GRANTKIT_KEYCHAIN_PROCESS'

/**
 * Creates the keychain of the system: Keychain of macOS, Credential Manager of Windows, Secret Service of Linux, under
 * the service name `grantkit`. Each call is a process of its own that its signal ends, so that a keychain which hangs
 * holds up neither the event loop nor the end of the program. Throws `keychain_unavailable` with the reason.
 */
export function createSystemKeychain(): Keychain {
  return {
    async get(name, { signal }) {
      return (await call({ call: 'get', name }, signal)) ?? undefined
    },
    async set(name, secret, { signal }) {
      await call({ call: 'set', name, secret }, signal)
    },
    async remove(name, { signal }) {
      await call({ call: 'remove', name }, signal)
    },
  }
}

async function call(request: KeychainRequest, signal: AbortSignal): Promise<string | null> {
  const answer = await runProgram(request, signal)
  if ('secret' in answer) return answer.secret
  throw unavailable(answer.failure)
}

async function runProgram(request: KeychainRequest, signal: AbortSignal): Promise<KeychainAnswer> {
  // A program compiled into one file would start itself here, again and again.
  if (process.env[marker] !== undefined) throw unavailable('it cannot be reached from a program in one file')
  try {
    // What debuggers and loaders put into NODE_OPTIONS is for the program, not for this call.
    const { NODE_OPTIONS: _, ...env } = process.env
    const child = spawn(process.execPath, [program], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...env, [marker]: '1', ELECTRON_RUN_AS_NODE: '1' },
      signal,
      killSignal: 'SIGKILL',
      windowsHide: true,
    })
    const ended = once(child, 'close')
    child.stdin.on('error', () => undefined) // It ended before it read; its output is missing then.
    child.stdin.end(JSON.stringify(request))
    const [output] = await Promise.all([text(child.stdout), ended])
    return JSON.parse(output) as KeychainAnswer
  } catch {
    signal.throwIfAborted()
    // What was thrown is not told: it may quote the output.
    throw unavailable('the process that asks it could not be run')
  }
}

function unavailable(reason: string): AuthError {
  return new AuthError('keychain_unavailable', reason.replaceAll(/\p{Cc}+/gu, ' ').trim())
}
