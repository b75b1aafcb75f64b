import { type Answer, type Call, jsonAnswer } from '../call.ts'
import { type ClientRequest, formText, invalidGrant, oauthError, type Refused } from '../oauth/authenticate-client.ts'
import type { Decision, PersonPages } from '../oauth/ask-person.ts'
import { enabledScopes } from '../oauth/clients.ts'
import { splitScopes } from '../oauth/form.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'
import { html } from '../pages/html.ts'
import { renderErrorPage, renderNotice, renderPage } from '../pages/page.ts'
import type { Kept } from '../state/kept.ts'
import type { GoogleContext } from './google-context.ts'

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
  decision?: 'deny' | Pick<Decision, 'account' | 'scopes'>
}

/** Devices that wait for a person, by device code. */
export type DeviceBook = Map<string, Device>

export function keepDevices(devices: DeviceBook): Kept {
  return {
    save: () => devices,
    load(saved) {
      devices.clear()
      for (const [code, device] of saved as DeviceBook) devices.set(code, device)
    },
    reset: () => devices.clear(),
  }
}

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
): Refused | Pick<Decision, 'account' | 'scopes'> {
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
  return device.decision
}

/** Answers `GET /device`, the page where a person enters the code. */
export function showDevicePage(): Answer {
  const body = html`<p class="vendor">Google, played</p>
    <h1>Connect a device</h1>
    <form method="post" action="${devicePath}">
      <div class="field">
        <label for="code">Code that the device shows</label>
        <input
          id="code"
          name="user_code"
          required
          autofocus
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
        />
      </div>
      <div class="choice"><button class="go" type="submit">Go on</button></div>
    </form>`
  return renderPage({ name: 'device', title: 'Connect a device', body, formTargets: "'self'" })
}

/** Answers `POST /device`: the person has entered the code, and is asked what the device may do. */
export function enterDeviceCode(call: Call, { clients, clock, devices }: GoogleContext, pages: PersonPages): Answer {
  const typed = new URLSearchParams(formText(call)).get('user_code')?.trim().toUpperCase()
  const isTyped = ({ userCode, expiresAtMs }: Device): boolean => userCode === typed && clock.nowMs() < expiresAtMs
  const device = [...devices.values()].find(isTyped)
  const client = device && clients.find(device.clientId)
  if (device === undefined || client === undefined) {
    return renderErrorPage(400, 'invalid_request', 'No device waits with this code.')
  }
  return pages.ask(call, {
    client,
    scopes: device.scopes,
    // Somebody else may have sent the code: the person is asked whatever they allowed before.
    parameters: new Map([['prompt', 'consent']]),
    allow(_call, { account, scopes }) {
      device.decision = { account, scopes }
      return renderNotice('You can go back to the device now.')
    },
    deny() {
      device.decision = 'deny'
      return renderNotice('The device was refused.')
    },
  })
}

/** Consonants only, so that no word comes out. */
function makeUserCode({ random }: OAuthContext): string {
  const letters = 'BCDFGHJKLMNPQRSTVWXZ'
  const pick = (): string => letters.charAt(random.integer('user code', letters.length))
  const half = (): string => Array.from({ length: 4 }, pick).join('')
  return `${half()}-${half()}`
}
