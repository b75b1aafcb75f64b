import { connect, createServer, type Socket } from 'node:net'

/** Stands between a client and a server of a test, and cuts. */
export interface TcpProxy {
  readonly port: number
  /** Cuts every connection now. */
  cut(): void
  /**
   * Waits until a client sends something with `marker` in it, lets it reach the server, and cuts that connection when
   * the server answers: the step is done, its answer is lost. `stayShut`: nobody gets in again before `open()`.
   */
  loseAnswerTo(marker: string, options?: { stayShut: boolean }): Promise<void>
  /** Cuts every connection, and lets nobody in before `open()`. */
  shut(): void
  open(): void
  /** Passes nothing on and cuts nothing before `wake()`: to the client the server hangs. */
  hush(): void
  wake(): void
  /** Leads new connections to another port, as a name that moved to another host would. */
  retarget(port: number): void
  close(): Promise<void>
}

export async function startTcpProxy(firstTarget: number): Promise<TcpProxy> {
  let targetPort = firstTarget
  const sockets = new Set<Socket>()
  let awaited: { marker: string; lost: () => void } | undefined
  let isShut = false
  let isHushed = false
  const server = createServer((client) => {
    if (isShut) return void client.destroy()
    const upstream = connect(targetPort, '127.0.0.1')
    let losing: (() => void) | undefined
    const cut = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      if (isHushed) socket.pause()
      socket.on('error', cut).on('close', () => {
        sockets.delete(socket)
        cut()
      })
    }
    client.on('data', (chunk) => {
      if (awaited !== undefined && chunk.includes(awaited.marker)) {
        losing = awaited.lost
        awaited = undefined
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (losing === undefined) return void client.write(chunk)
      losing()
      cut()
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    cut,
    loseAnswerTo(marker, { stayShut } = { stayShut: false }) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const lost = (): void => {
        isShut = stayShut
        resolve()
      }
      awaited = { marker, lost }
      return promise
    },
    shut() {
      isShut = true
      cut()
    },
    open() {
      isShut = false
    },
    hush() {
      isHushed = true
      for (const socket of sockets) socket.pause()
    },
    wake() {
      isHushed = false
      for (const socket of sockets) socket.resume()
    },
    retarget(port) {
      targetPort = port
    },
    async close() {
      cut()
      await new Promise((resolve) => void server.close(resolve))
    },
  }
}
