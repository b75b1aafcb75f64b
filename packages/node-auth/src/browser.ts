import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter } from 'node:path'
import { AuthError } from '@grantkit/auth-core'
import { hasDesktop } from './desktop.ts'
import type { Variables } from './environment.ts'

/**
 * Opens a web address in the system browser, or with the command of the `BROWSER` variable: alternatives separated as
 * in `PATH`, words as in a shell, `%s` for the address or the address at the end. No shell is involved. Throws
 * `no_browser` when there is none.
 */
export async function openInBrowser(
  url: URL,
  env: Variables = process.env,
  platform: string = process.platform,
): Promise<void> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new AuthError('no_browser', `A browser is opened for web addresses only, not for ${url.protocol}`)
  }
  const commands = parseBrowserVariable(env['BROWSER'] ?? '')
  if (commands.length > 0) return await runFirst(commands, url)
  if (!hasDesktop(env, platform)) {
    throw new AuthError('no_browser', 'No desktop can be reached from here that could show a browser.')
  }
  const { default: open } = await import('open')
  try {
    const browser = await open(url.href)
    // A browser that fails later says so itself; the address was printed as well.
    browser.on('error', () => undefined)
  } catch (cause) {
    throw new AuthError('no_browser', 'The system browser could not be started.', { cause })
  }
}

/** Tells whether {@link openInBrowser} has something to try. */
export function hasBrowser(env: Variables, platform: string = process.platform): boolean {
  return parseBrowserVariable(env['BROWSER'] ?? '').length > 0 || hasDesktop(env, platform)
}

/** Splits a `BROWSER` variable into commands, each a list of words. */
export function parseBrowserVariable(value: string, separator: string = delimiter): string[][] {
  return value
    .split(separator)
    .map((command) => Array.from(command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), (word) => word.slice(1).join('')))
    .filter((words) => words.length > 0)
}

async function runFirst(commands: readonly string[][], url: URL): Promise<void> {
  const causes: unknown[] = []
  for (const words of commands) {
    try {
      return await run(words, url)
    } catch (cause) {
      causes.push(cause)
    }
  }
  throw new AuthError('no_browser', 'No command of the BROWSER variable could be started.', { cause: causes.at(-1) })
}

async function run(words: readonly string[], url: URL): Promise<void> {
  const hasPlace = words.some((word) => word.includes('%s'))
  // A function: in a replacement string, `$&` and the like would have a meaning.
  const [command = '', ...rest] = hasPlace ? words.map((word) => word.replaceAll('%s', () => url.href)) : words
  const child = spawn(command, hasPlace ? rest : [...rest, url.href], { stdio: 'ignore', detached: true })
  await once(child, 'spawn')
  child.unref()
}
