import type { PostgresQuery } from '@grantkit/auth-core/stores/postgres'
import { Pool } from 'pg'
import postgres from 'postgres'

/** What a store needs of a client, and the way to end it. */
export interface PostgresConnection {
  readonly query: PostgresQuery
  close(): Promise<void>
}

export interface PostgresAddress {
  readonly port: number
  readonly database?: string
  readonly user?: string
  /** Connections at most; 10 by default. */
  readonly max?: number
}

export type ConnectPostgres = (address: PostgresAddress) => PostgresConnection

/** Both clients with their defaults, as the README shows them. */
export const postgresClients: Readonly<Record<string, ConnectPostgres>> = {
  pg(address) {
    const pool = createPool(address)
    return { query: (text, values) => pool.query(text, values), close: () => pool.end() }
  },
  'postgres.js'({ port, user = 'postgres', database = 'postgres', max = 10 }) {
    const sql = postgres({ host: '127.0.0.1', port, user, database, max, onnotice: ignore })
    return {
      query: async (text, values) => ({ rows: await sql.unsafe(text, values) }),
      close: () => sql.end({ timeout: 0 }),
    }
  },
}

export function createPool({ port, user = 'postgres', database = 'postgres', max = 10 }: PostgresAddress): Pool {
  return new Pool({ host: '127.0.0.1', port, user, database, max }).on('error', ignore)
}

/** Without a listener an idle connection that breaks ends the process. */
function ignore(): void {}
