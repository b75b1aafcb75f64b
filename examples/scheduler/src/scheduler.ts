// Puts the parts together and the app on a socket.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { createApp } from './app.ts'
import { connectPath, openCalendars } from './calendars.ts'
import { openEventBook } from './event-book.ts'
import { createSessions } from './sessions.ts'
import { setStage, type Stage } from './stage.ts'

export interface Scheduler extends AsyncDisposable {
  readonly origin: string
  readonly stage: Stage
}

const zone = 'Europe/Paris'

/** Starts everything on a port of this machine, 0 for any; what it keeps goes with it. */
export async function startScheduler(port: number): Promise<Scheduler> {
  const stage = await setStage()
  const folder = mkdtempSync(join(tmpdir(), 'grantkit-scheduler-'))
  const book = openEventBook(join(folder, 'app.sqlite'), zone)
  const sessions = createSessions()

  // The address is known only once it listens, and the app has to know it.
  const server: Server = createServer()
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  stage.register(`${origin}${connectPath}/callback/`)
  const { provider, client } = stage
  const { userOf } = sessions
  const storePath = join(folder, 'calendars.sqlite')
  const calendars = openCalendars({ provider, client, origin, storePath, book, zone, userOf })
  server.on('request', getRequestListener(createApp({ calendars, book, stage, sessions }).fetch))

  return {
    origin,
    stage,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await calendars[Symbol.asyncDispose]()
      await stage[Symbol.asyncDispose]()
      book.close()
      rmSync(folder, { recursive: true })
    },
  }
}
