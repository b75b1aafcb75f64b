import { isUnknownScript, strangeAnswer } from './redis-errors.ts'
import type { RedisScript } from './redis-scripts.ts'

/** Sends one command to the server and resolves to its reply. */
export type SendCommand = (args: readonly [command: string, ...args: string[]]) => Promise<unknown>

/** Runs a script and gives the parts of its answer. */
export type RunScript = (
  script: RedisScript,
  keys: readonly [string, ...string[]],
  args: readonly string[],
) => Promise<(string | null)[]>

/** Runs scripts by their hash, and by their text where the server does not know them yet. */
export function createScriptRunner(sendCommand: SendCommand): RunScript {
  const hashes = new Map<RedisScript, Promise<string>>()
  const hashOf = (script: RedisScript): Promise<string> => {
    const hash = hashes.get(script) ?? sha1(script.source)
    hashes.set(script, hash)
    return hash
  }
  return async (script, keys, args) => {
    const rest = [`${keys.length}`, ...keys, ...args]
    const hash = await hashOf(script)
    try {
      return parts(await sendCommand(['EVALSHA', hash, ...rest]))
    } catch (error) {
      if (!isUnknownScript(error)) throw error
    }
    return parts(await sendCommand(['EVAL', script.source, ...rest]))
  }
}

function parts(reply: unknown): (string | null)[] {
  if (!Array.isArray(reply) || !reply.every(isPart)) throw strangeAnswer()
  return reply
}

function isPart(part: unknown): part is string | null {
  return typeof part === 'string' || part === null
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
