import { spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram, startChildServer, type ChildServer, type Program } from './child-server.ts'
import { freePort } from './free-port.ts'
import { unprivilegedUser } from './unprivileged-user.ts'

export interface PostgresServer {
  readonly port: number
  /** Where its data lies. */
  readonly folder: string
  readonly user: string
  /** Starts the server again on its port and its data. */
  start(): Promise<void>
  /** SIGINT: an orderly end. SIGKILL: a crash, whose unwritten log is lost. */
  stop(signal?: NodeJS.Signals): Promise<void>
  remove(): Promise<void>
}

const folders = debianFolders()
const initdb: Program = { name: 'initdb', debianPackage: 'postgresql', folders }
const postgres: Program = { name: 'postgres', debianPackage: 'postgresql', folders }
export const postgresPrograms: readonly Program[] = [initdb, postgres]

/** Starts a PostgreSQL server of its own on loopback; the superuser is `postgres`, without a password. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'grantkit-postgres-'))
  const owner = unprivilegedUser('postgres')
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const made = spawnSync(
    findProgram(initdb) ?? 'initdb',
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    {
      cwd: folder,
      ...owner,
      encoding: 'utf8',
    },
  )
  if (made.status !== 0) throw new Error(`initdb failed:\n${made.stderr}`)
  const port = await freePort()
  const all = { listen_addresses: '127.0.0.1', port: `${port}`, unix_socket_directories: '', fsync: 'off', ...settings }
  const args = ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  let child: ChildServer | undefined
  const server: PostgresServer = {
    port,
    folder,
    user: 'postgres',
    async start() {
      child = await startChildServer({
        program: postgres,
        args,
        ready: 'database system is ready to accept',
        cwd: folder,
        ...owner,
      })
    },
    async stop(signal = 'SIGINT') {
      await child?.stop(signal)
      child = undefined
    },
    async remove() {
      await server.stop('SIGQUIT')
      await rm(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}

/** Where Debian keeps the programs of each version; they are not on the search path. */
function debianFolders(): string[] {
  const home = '/usr/lib/postgresql'
  try {
    return readdirSync(home).map((version) => join(home, version, 'bin'))
  } catch {
    return []
  }
}
