import type { PreparedExchange } from '../grants/exchange.ts'
import type { StandingGrant } from '../grants/grant.ts'
import type { Wire } from '../grants/token-endpoint.ts'
import { needsExchange, type GrantRecord } from './grant-record.ts'

/** What the app gave this process to renew one grant with: a key or a token, never stored. */
export interface Supply {
  /** Keeps a grant's key or token in place of the one before. */
  give(grant: StandingGrant): void
  /** Tells whether there is nothing that only this process has. */
  isEmpty(): boolean
  /** Tells whether this process can renew the record. */
  suffices(record: GrantRecord | undefined): boolean
  /** Tells whether the app has something to exchange in place of the record's refresh token. */
  replaces(record: GrantRecord): boolean
  /** Tells whether it is time for that: the refresh token was refused. */
  canRevive(record: GrantRecord | undefined): boolean
  /** Connects the account anew with what was given. */
  revive(): Promise<void>
  /** The way to prepare an exchange, where the record's next token set takes one. */
  exchangeFor(record: GrantRecord): { exchange?: () => Promise<PreparedExchange> }
}

/** Creates an empty supply of one account. */
export function createSupply(wire: Wire, connect: (grant: StandingGrant) => Promise<void>): Supply {
  let given: StandingGrant | undefined

  function exchangeFor({ renewal }: GrantRecord): { exchange?: () => Promise<PreparedExchange> } {
    const exchange = given?.exchange
    if (exchange === undefined || renewal.grant !== 'exchange' || !exchange.isFor(renewal)) return {}
    return { exchange: () => exchange.prepare(renewal, wire) }
  }

  const has = (record: GrantRecord): boolean => exchangeFor(record).exchange !== undefined

  return {
    give(grant) {
      given = grant
    },
    isEmpty: () => given?.exchange === undefined,
    suffices: (record) => record === undefined || !needsExchange(record) || has(record),
    replaces: has,
    canRevive: (record) => record?.state === 'reauth' && has(record),
    async revive() {
      if (given !== undefined) await connect(given)
    },
    exchangeFor: (record) => (needsExchange(record) ? exchangeFor(record) : {}),
  }
}
