import { createPostgresStore, postgresSchema } from '@grantkit/auth-core/stores/postgres'
import { storeSuite } from '@grantkit/auth-core/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { postgresClients, type PostgresConnection } from './postgres-clients.ts'
import { startPostgres, type PostgresServer } from './postgres-server.ts'

let tables = 0

describe.for(Object.entries(postgresClients))('createPostgresStore on %s', ([, connect]) => {
  let server: PostgresServer
  let connections: PostgresConnection[] = []
  beforeAll(async () => {
    server = await startPostgres()
    connections = [connect(server), connect(server)]
  })
  afterAll(async () => {
    await Promise.all(connections.map((connection) => connection.close()))
    await server.remove()
  })

  storeSuite({
    describe,
    it,
    ownClock: true,
    async createStore() {
      const table = `entry_${++tables}`
      for (const statement of postgresSchema({ table }).split(';')) await connections[0]!.query(statement, [])
      const open = (at: number) => createPostgresStore({ query: connections[at]!.query, table })
      return { store: open(0), open: () => open(1), reopen: () => open(1) }
    },
  })
})
