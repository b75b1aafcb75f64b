import type { OAuthContext } from '../oauth/oauth-context.ts'
import type { DeviceBook } from './google-device.ts'
import type { ServiceAccountBook } from './google-service-accounts.ts'

/** What Google's authorization server works on. */
export interface GoogleContext extends OAuthContext {
  readonly devices: DeviceBook
  readonly serviceAccounts: ServiceAccountBook
}
