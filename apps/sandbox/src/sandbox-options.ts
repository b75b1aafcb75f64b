import { checkKeys, checkNumber, checkOneOf, checkText } from './check-option.ts'
import type { SandboxClient } from './oauth/clients.ts'
import type { OAuthSettings } from './oauth/oauth-context.ts'
import { checkRotation, type Rotation } from './rotation.ts'
import { SandboxError } from './sandbox-error.ts'
import { type VendorId, vendorIds } from './vendor.ts'

export interface SandboxOptions {
  /** Who is played; at the paths of the others there is nothing. Default: all. */
  readonly vendors?: readonly VendorId[]
  /** Decides all ids, tokens and names. Default `grantkit`. */
  readonly seed?: string
  /** Where a clock starts that moves only when told. Default: the machine's clock. */
  readonly startMs?: number
  /** Holds for all vendors. Default: what each does, `sometimes` at GoTo, `none` at Google, `strict` at Carthooks. */
  readonly rotation?: Rotation
  /** Whether a refresh ends the access tokens given before. Default false. */
  readonly refreshKillsAccessToken?: boolean
  /** Holds for all vendors. Default: each vendor's own, 3600 at GoTo. */
  readonly accessTokenSeconds?: number
  /** Holds for all vendors. Default: each vendor's own, 30 days at GoTo. */
  readonly refreshTokenSeconds?: number
  /** Registered besides the default client; one with its id takes its place. */
  readonly clients?: readonly SandboxClient[]
  /** What the metadata document calls itself. Default: the origin it was asked at. */
  readonly issuer?: string
}

const optionKeys = [
  'vendors',
  'seed',
  'startMs',
  'rotation',
  'refreshKillsAccessToken',
  'accessTokenSeconds',
  'refreshTokenSeconds',
  'clients',
  'issuer',
]

export function checkSandboxOptions(options: SandboxOptions): void {
  checkKeys(options, optionKeys, 'The sandbox options')
  for (const vendor of options.vendors ?? []) checkOneOf(vendor, vendorIds, 'vendors')
  if (options.vendors?.length === 0) throw new SandboxError('invalid_option', 'vendors must name at least one.')
  if (options.seed !== undefined) checkText(options.seed, 'seed')
  if (options.issuer !== undefined) checkText(options.issuer, 'issuer')
  if (options.startMs !== undefined) checkNumber(options.startMs, 'startMs', 0)
  if (options.accessTokenSeconds !== undefined) checkNumber(options.accessTokenSeconds, 'accessTokenSeconds', 1)
  if (options.refreshTokenSeconds !== undefined) checkNumber(options.refreshTokenSeconds, 'refreshTokenSeconds', 1)
}

/** What an authorization server does unless the options say something else. */
export type VendorDefaults = Pick<OAuthSettings, 'rotation' | 'accessTokenSeconds' | 'refreshTokenSeconds'>

export function createOAuthSettings(options: SandboxOptions, defaults: VendorDefaults): OAuthSettings {
  return {
    rotation: checkRotation(options.rotation ?? defaults.rotation),
    refreshKillsAccessToken: options.refreshKillsAccessToken ?? false,
    accessTokenSeconds: options.accessTokenSeconds ?? defaults.accessTokenSeconds,
    refreshTokenSeconds: options.refreshTokenSeconds ?? defaults.refreshTokenSeconds,
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
  }
}
