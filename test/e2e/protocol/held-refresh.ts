import { isAuthError, type Connection } from '@grantkit/auth-core'
import type { Fleet, OpenOptions } from './fleet.ts'

/** A refresh whose answer the server holds back: the claim is in the store, the new tokens are only there. */
export interface HeldRefresh {
  readonly connection: Connection
  /** Lets the answer go. */
  answer(): void
  /** `served`, or the code of the error that the caller gets. */
  readonly outcome: Promise<string>
}

/** Begins a refresh in this process and waits until the server has rotated the token. */
export async function holdRefresh(fleet: Fleet, options: OpenOptions = {}): Promise<HeldRefresh> {
  const { faults, ledger } = fleet.sandbox.control
  const afterSeq = ledger.entries().length
  const connection = fleet.open(options).connection('worker')
  const id = faults.add({ match: { kind: 'token' }, hold: true })
  const outcome = connection.refresh().then(
    () => 'served',
    (error: unknown) => (isAuthError(error) ? error.code : String(error)),
  )
  await ledger.waitFor((entry) => entry.seq > afterSeq && entry.stage === 'held')
  return { connection, answer: () => void faults.release(id), outcome }
}
