import { AuthError } from '../errors.ts'
import { safeText } from '../redact.ts'

/** What to show the person. Show the code and the address, always: whoever sends a link could send the code of another. */
export interface DevicePrompt {
  /** To be typed in; fit for a terminal. */
  readonly userCode: string
  readonly verificationUri: string
  /** With the code filled in, for a QR code or a link; never to be opened without the person asking for it. */
  readonly verificationUriComplete?: string
  /** How long the code works. */
  readonly expiresInMs: number
}

export interface DeviceAuthorization {
  readonly deviceCode: string
  readonly intervalMs: number
  readonly prompt: DevicePrompt
}

const defaultIntervalSeconds = 5
const longestSeconds = 24 * 3600

/** Reads the answer of a device authorization endpoint (RFC 8628 §3.2); undefined when it is not usable. */
export function readDeviceAuthorization(
  body: Readonly<Record<string, unknown>> | undefined,
  provider: { readonly id: string; readonly allowLoopbackHttp?: boolean },
): DeviceAuthorization {
  const { device_code: deviceCode, user_code: userCode } = body ?? {}
  const verificationUri = toAddress(body?.['verification_uri'], provider.allowLoopbackHttp)
  const complete = toAddress(body?.['verification_uri_complete'], provider.allowLoopbackHttp)
  const expiresIn = seconds(body?.['expires_in'])
  const interval = body?.['interval'] === undefined ? defaultIntervalSeconds : seconds(body['interval'])
  const shown = safeText(userCode)
  if (typeof deviceCode !== 'string' || deviceCode === '') throw unusable(provider.id, 'has no device_code')
  if (shown === '') throw unusable(provider.id, 'has no user_code')
  if (verificationUri === undefined) throw unusable(provider.id, 'has no https address as verification_uri')
  if (expiresIn === undefined) throw unusable(provider.id, 'has no sensible expires_in')
  if (interval === undefined) throw unusable(provider.id, 'has no sensible interval')
  return {
    deviceCode,
    intervalMs: interval * 1000,
    prompt: {
      userCode: shown,
      verificationUri,
      expiresInMs: expiresIn * 1000,
      ...(complete === undefined ? {} : { verificationUriComplete: complete }),
    },
  }
}

/** A number of seconds that can be waited for. */
export function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value <= longestSeconds ? value : undefined
}

function toAddress(value: unknown, allowLoopbackHttp: boolean | undefined): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const { protocol, username, password, href } = new URL(value)
  const isAllowed = protocol === 'https:' || (protocol === 'http:' && allowLoopbackHttp === true)
  return isAllowed && username === '' && password === '' ? href : undefined
}

function unusable(provider: string, problem: string): AuthError {
  return new AuthError('response_invalid', `The device authorization answer of "${provider}" ${problem}.`, { provider })
}
