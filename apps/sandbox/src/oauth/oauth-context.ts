import type { VendorAccounts } from '../accounts.ts'
import type { Rotation } from '../rotation.ts'
import type { SandboxClock } from '../sandbox-clock.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { VendorClients } from './clients.ts'
import type { GrantBook } from './grant-book.ts'

/** Settings of the authorization server that control may change. */
export interface OAuthSettings {
  rotation: Rotation
  refreshKillsAccessToken: boolean
  accessTokenSeconds: number
  refreshTokenSeconds: number
  readonly issuer?: string
}

/** What the endpoints of the authorization server work on. */
export interface OAuthContext {
  readonly settings: OAuthSettings
  readonly clients: VendorClients
  readonly accounts: VendorAccounts
  readonly grants: GrantBook
  readonly clock: SandboxClock
  readonly random: SeededRandom
}
