import { runCommand } from './command.ts'

/** Runs git and gives what it prints; a failure of git is an exception. */
export async function git(root: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand('git', args, { cwd: root })
  if (code !== 0) throw new Error(`git ${args[0]} failed: ${stderr.trim()}`)
  return stdout.trim()
}

/** The same where a failure only means that there is nothing. */
export async function gitIfThere(root: string, args: readonly string[]): Promise<string | undefined> {
  const { code, stdout } = await runCommand('git', args, { cwd: root })
  return code === 0 ? stdout : undefined
}
