import { readFileSync } from 'node:fs'

/** Some servers refuse to run as root: then the user to run them as. Nothing for everybody else. */
export function unprivilegedUser(name: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':').map(Number) ?? []
  if (uid === undefined || gid === undefined) throw new Error(`There is no user ${name} to run the server as.`)
  return { uid, gid }
}
