import { chownSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChildServer, type Program } from './child-server.ts'
import { freePort } from './free-port.ts'
import { unprivilegedUser } from './unprivileged-user.ts'

export const pgbouncer: Program = { name: 'pgbouncer', debianPackage: 'pgbouncer' }

/** Starts PgBouncer in transaction mode, with a few server connections for any number of clients. */
export async function startPooler(postgresPort: number): Promise<{ port: number; remove(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'grantkit-pooler-'))
  const owner = unprivilegedUser('postgres')
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const port = await freePort()
  const config = join(folder, 'pgbouncer.ini')
  writeFileSync(
    config,
    `[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 400
[databases]
postgres = host=127.0.0.1 port=${postgresPort} user=postgres
`,
  )
  const child = await startChildServer({
    program: pgbouncer,
    args: [config],
    ready: 'process up',
    cwd: folder,
    ...owner,
  })
  return {
    port,
    async remove() {
      await child.stop('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
