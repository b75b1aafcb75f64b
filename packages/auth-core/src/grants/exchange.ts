import type { Renewal } from '../refresh/grant-record.ts'
import type { Send, Wire } from './token-endpoint.ts'

export type ExchangeRenewal = Extract<Renewal, { grant: 'exchange' }>

/** A key or token of the app, in this process only, that is exchanged for tokens. */
export interface Exchange {
  /** Tells whether a stored grant is renewed with this one. */
  isFor(renewal: ExchangeRenewal): boolean
  /** Asks the app and signs, before a refresh is claimed. */
  prepare(renewal: ExchangeRenewal, wire: Wire): Promise<PreparedExchange>
}

export interface PreparedExchange {
  readonly send: Send
  /** A refusal means that a person has to do something. */
  readonly isPersonal: boolean
  /** What has to be taken out of any text the server sends back. */
  readonly secrets: readonly string[]
}
