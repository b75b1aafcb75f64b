import type { SandboxAccount } from '../accounts.ts'
import { type Answer, type Call, jsonAnswer } from '../call.ts'
import { type ClientRequest, formText, invalidGrant, oauthError, type Refused } from '../oauth/authenticate-client.ts'
import { enabledScopes } from '../oauth/clients.ts'
import { renderDevicePage, renderErrorPage, renderNotice } from '../oauth/consent-page.ts'
import { splitScopes } from '../oauth/form.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'

export const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code'

/** Where a person enters the code. */
export const devicePath = '/device'

const lifeSeconds = 1800
const intervalSeconds = 5

interface Device {
  readonly clientId: string
  readonly userCode: string
  readonly scopes: readonly string[]
  readonly expiresAtMs: number
  polledAtMs?: number
  decision?: 'deny' | SandboxAccount
}

/** Devices that wait for a person, by device code. */
export type DeviceBook = Map<string, Device>

/** Answers `POST /device/code`. */
export function answerDeviceCode(call: Call, context: OAuthContext, devices: DeviceBook): Answer {
  const form = new URLSearchParams(formText(call))
  const client = context.clients.find(form.get('client_id') ?? '')
  if (client === undefined || client.type !== 'device') {
    return oauthError(401, 'invalid_client', 'Only clients for TVs and limited input may do this.')
  }
  call.entry.clientId = client.id
  const scopes = splitScopes(form.get('scope') ?? '')
  if (scopes.length === 0 || scopes.some((scope) => !enabledScopes(client).includes(scope))) {
    return oauthError(400, 'invalid_scope', 'A scope is missing or not enabled for this client.')
  }
  const deviceCode = context.random.token('device code')
  const userCode = makeUserCode(context)
  devices.set(deviceCode, {
    clientId: client.id,
    userCode,
    scopes,
    expiresAtMs: context.clock.nowMs() + lifeSeconds * 1000,
  })
  return jsonAnswer(200, {
    device_code: deviceCode,
    user_code: userCode,
    // Google's name for it; RFC 8628 says verification_uri.
    verification_url: `${call.url.origin}${devicePath}`,
    expires_in: lifeSeconds,
    interval: intervalSeconds,
  })
}

/** Answers a poll of a device, with Google's unusual statuses. */
export function redeemDevice(
  { client, form }: ClientRequest,
  { clock }: OAuthContext,
  devices: DeviceBook,
): Refused | { readonly account: SandboxAccount; readonly scopes: readonly string[] } {
  const code = form.get('device_code') ?? ''
  const device = devices.get(code)
  const nowMs = clock.nowMs()
  if (device === undefined || device.clientId !== client.id) return { refused: invalidGrant('The code is not known.') }
  if (nowMs >= device.expiresAtMs) return { refused: oauthError(400, 'expired_token', 'The code has expired.') }
  const isTooFast = device.polledAtMs !== undefined && nowMs - device.polledAtMs < intervalSeconds * 1000
  device.polledAtMs = nowMs
  if (device.decision === undefined) {
    if (isTooFast) return { refused: oauthError(403, 'slow_down', 'The device asks too often.') }
    return { refused: oauthError(428, 'authorization_pending', 'Nobody has decided yet.') }
  }
  devices.delete(code)
  if (device.decision === 'deny') return { refused: oauthError(403, 'access_denied', 'The person said no.') }
  return { account: device.decision, scopes: device.scopes }
}

/** Answers `GET /device`, the page where a person enters the code. */
export function showDevicePage({ accounts }: OAuthContext): Answer {
  return renderDevicePage({ path: devicePath, vendorName: 'Google', accounts: accounts.list() })
}

/** Answers `POST /device`, the person's decision. */
export function decideDevice(call: Call, { accounts, clock }: OAuthContext, devices: DeviceBook): Answer {
  const form = new URLSearchParams(formText(call))
  const userCode = form.get('user_code')?.trim().toUpperCase()
  const device = [...devices.values()].find((each) => each.userCode === userCode && clock.nowMs() < each.expiresAtMs)
  if (device === undefined) return renderErrorPage(400, 'invalid_request', 'No device waits with this code.')
  const account = accounts.find(form.get('account') ?? '')
  if (account === undefined) return renderErrorPage(400, 'invalid_request', 'The chosen account does not exist here.')
  device.decision = form.get('decision') === 'allow' ? account : 'deny'
  return renderNotice('You can go back to the device now.')
}

/** Consonants only, so that no word comes out. */
function makeUserCode({ random }: OAuthContext): string {
  const letters = 'BCDFGHJKLMNPQRSTVWXZ'
  const pick = (): string => letters.charAt(random.integer('user code', letters.length))
  const half = (): string => Array.from({ length: 4 }, pick).join('')
  return `${half()}-${half()}`
}
