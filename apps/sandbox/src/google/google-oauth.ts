import { jsonAnswer } from '../call.ts'
import { createPersonPages } from '../oauth/ask-person.ts'
import { answerAuthorize } from '../oauth/authorize-endpoint.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'
import { createOAuthService, type OAuthRoute } from '../oauth/oauth-service.ts'
import type { Service } from '../service.ts'
import { googleManners } from './google-authorize.ts'
import type { GoogleContext } from './google-context.ts'
import {
  answerDeviceCode,
  type DeviceBook,
  devicePath,
  enterDeviceCode,
  keepDevices,
  showDevicePage,
} from './google-device.ts'
import { publicCertificates, publicKeys } from './google-id-token.ts'
import { describeGoogle } from './google-metadata.ts'
import type { Kept } from '../state/kept.ts'
import { createServiceAccountBook, type ServiceAccountBook } from './google-service-accounts.ts'
import { answerGoogleToken } from './google-token.ts'
import { answerGoogleRevoke, answerTokenInfo, answerUserInfo } from './google-token-facts.ts'

export interface GoogleOAuth extends Service {
  readonly serviceAccounts: ServiceAccountBook
  /** The devices that wait for a person. */
  readonly devices: Kept
}

/** Plays Google's authorization server; the paths of its four hosts do not collide, so any host may stand before them. */
export function createGoogleOAuth(base: OAuthContext): GoogleOAuth {
  const devices: DeviceBook = new Map()
  const serviceAccounts = createServiceAccountBook()
  const context: GoogleContext = { ...base, devices, serviceAccounts }
  const manners = googleManners(context)
  const pages = createPersonPages(context, manners)
  const [get, post] = ['GET', 'POST'] as const
  const routes: readonly OAuthRoute[] = [
    {
      operation: 'metadata',
      kind: 'metadata',
      method: get,
      path: '/.well-known/openid-configuration',
      answer: (call) => jsonAnswer(200, describeGoogle(call.url.origin, base.settings.issuer)),
    },
    {
      operation: 'jwks',
      kind: 'metadata',
      method: get,
      path: '/oauth2/v3/certs',
      answer: () => jsonAnswer(200, publicKeys()),
    },
    {
      operation: 'certificates',
      kind: 'metadata',
      method: get,
      path: '/oauth2/v1/certs',
      answer: () => jsonAnswer(200, publicCertificates()),
    },
    {
      operation: 'authorize',
      kind: 'authorize',
      method: get,
      path: manners.path,
      answer: (call) => answerAuthorize(call, context, { manners, pages }),
    },
    ...pages.routes,
    {
      operation: 'deviceCode',
      kind: 'device',
      method: post,
      path: '/device/code',
      answer: (call) => answerDeviceCode(call, context, devices),
    },
    {
      operation: 'showDevice',
      kind: 'authorize',
      method: get,
      path: devicePath,
      answer: () => showDevicePage(),
    },
    {
      operation: 'enterDeviceCode',
      kind: 'authorize',
      method: post,
      path: devicePath,
      answer: (call) => enterDeviceCode(call, context, pages),
    },
    {
      operation: 'token',
      kind: 'token',
      method: post,
      path: '/token',
      answer: (call) => answerGoogleToken(call, context),
    },
    {
      operation: 'revoke',
      kind: 'revoke',
      method: post,
      path: '/revoke',
      answer: (call) => answerGoogleRevoke(call, context),
    },
    {
      operation: 'tokenInfo',
      kind: 'introspect',
      method: get,
      path: '/tokeninfo',
      answer: (call) => answerTokenInfo(call, context),
    },
    {
      operation: 'tokenInfo',
      kind: 'introspect',
      method: post,
      path: '/tokeninfo',
      answer: (call) => answerTokenInfo(call, context),
    },
    {
      operation: 'userInfo',
      kind: 'identity',
      method: get,
      path: '/v1/userinfo',
      answer: (call) => answerUserInfo(call, context),
    },
  ]
  return {
    ...createOAuthService('google', routes, context),
    serviceAccounts,
    devices: keepDevices(devices),
    reset() {
      pages.reset()
      devices.clear()
      serviceAccounts.reset()
    },
  }
}
