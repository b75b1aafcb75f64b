import { checkKeys, checkNumber, checkText } from './check-option.ts'
import type { SandboxClient } from './oauth/clients.ts'
import type { OAuthSettings } from './oauth/oauth-context.ts'
import { checkRotation, type Rotation } from './rotation.ts'

export interface SandboxOptions {
  /** Decides all ids, tokens and names. Default `grantkit`. */
  readonly seed?: string
  /** Where a clock starts that moves only when told. Default: the machine's clock. */
  readonly startMs?: number
  /** Default `sometimes`, GoTo's behaviour. */
  readonly rotation?: Rotation
  /** Whether a refresh ends the access tokens given before. Default false. */
  readonly refreshKillsAccessToken?: boolean
  /** Default 3600, GoTo's documented life. */
  readonly accessTokenSeconds?: number
  /** Default 30 days, GoTo's documented life. */
  readonly refreshTokenSeconds?: number
  /** Registered besides the default client; one with its id takes its place. */
  readonly clients?: readonly SandboxClient[]
  /** What the metadata document calls itself. Default: the origin it was asked at. */
  readonly issuer?: string
}

const optionKeys = [
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
  if (options.seed !== undefined) checkText(options.seed, 'seed')
  if (options.issuer !== undefined) checkText(options.issuer, 'issuer')
  if (options.startMs !== undefined) checkNumber(options.startMs, 'startMs', 0)
  if (options.accessTokenSeconds !== undefined) checkNumber(options.accessTokenSeconds, 'accessTokenSeconds', 1)
  if (options.refreshTokenSeconds !== undefined) checkNumber(options.refreshTokenSeconds, 'refreshTokenSeconds', 1)
}

export function createOAuthSettings(options: SandboxOptions): OAuthSettings {
  return {
    rotation: checkRotation(options.rotation ?? 'sometimes'),
    refreshKillsAccessToken: options.refreshKillsAccessToken ?? false,
    accessTokenSeconds: options.accessTokenSeconds ?? 3600,
    refreshTokenSeconds: options.refreshTokenSeconds ?? 30 * 24 * 3600,
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
  }
}
