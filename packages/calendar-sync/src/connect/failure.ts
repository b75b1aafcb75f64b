import { isAuthError, type AuthErrorCode, type AuthErrorFamily } from '@grantkit/auth-core'
import type { Page } from './page.ts'

/** Why a step did not happen, told to the person in front of the browser. */
export interface Failure extends Page {
  readonly code: string
}

type Words = Omit<Page, 'status'>

const title = 'Google Calendar was not connected'
const startAgain = 'Nothing was changed. Go back to the app and connect again.'
const tellOperator = 'Nothing was changed. Tell whoever runs the app.'
const tryLater = 'Go back to the app and try again in a minute.'

const wordsByCode: Partial<Record<AuthErrorCode, Words>> = {
  access_denied: { title, text: 'Access was not given.', advice: startAgain },
  authorization_failed: { title, text: 'Google refused to ask for access.', advice: tellOperator },
  state_expired: { title, text: 'More than ten minutes have passed since you began.', advice: startAgain },
  state_unknown: {
    title,
    text: 'This way back from Google was used before, or it is long over.',
    advice: 'If you have just connected, all is well: go back to the app. If not, connect again there.',
  },
  session_mismatch: {
    title,
    text: 'This was begun in another browser, or by somebody else.',
    advice:
      'Go back to the app and connect again in this browser. If somebody sent you here by a link, do not follow it again.',
  },
  account_mismatch: {
    title,
    text: 'You chose another Google account than the one connected before.',
    advice:
      'Connect again with the same Google account, or disconnect first to change it. What was connected stays connected.',
  },
}

const wordsByFamily: Record<AuthErrorFamily, Words & { readonly status: number }> = {
  callback: { status: 400, title, text: 'The answer that came back from Google does not fit.', advice: startAgain },
  grant: { status: 400, title, text: 'Google did not accept the sign-in.', advice: startAgain },
  'sign-in': { status: 500, title, text: 'The app is not set up for this.', advice: tellOperator },
  config: { status: 500, title, text: 'The app is not set up for this.', advice: tellOperator },
  protocol: { status: 502, title, text: 'Google’s answer cannot be used.', advice: startAgain },
  transport: { status: 502, title, text: 'Google does not answer at the moment.', advice: tryLater },
  storage: {
    status: 503,
    title: 'Something went wrong',
    text: 'The app cannot reach its storage at the moment.',
    advice: tryLater,
  },
}

/** Says what an error of the core means for a person; throws on what is none of those. */
export function failureOf(error: unknown): Failure {
  if (!isAuthError(error)) throw error
  return { ...wordsByFamily[error.family], ...wordsByCode[error.code], code: error.code }
}

export const nobody: Failure = {
  status: 401,
  code: 'not_signed_in',
  title: 'Sign in first',
  text: 'The app does not know who you are.',
  advice: 'Go back to the app, sign in, and try again.',
}

/** The person at the browser is signed in to the app as somebody else than the one who began. */
export const otherUser: Failure = {
  status: 400,
  code: 'other_user',
  title,
  text: 'Somebody else began this in the same browser.',
  advice: 'Nothing was changed. Go back to the app and connect as the person you are signed in as now.',
}

/** A page of another site sent the request with the person's cookies. */
export const crossSite: Failure = {
  status: 403,
  code: 'cross_site',
  title: 'Not from here',
  text: 'Another site sent this request.',
  advice: 'Nothing was changed. Go to the app itself and do it there.',
}

/** Names the boxes that were left empty. */
export function missingScopes(scopes: readonly string[]): Failure {
  return {
    status: 400,
    code: 'missing_scopes',
    title: 'Google Calendar is not connected yet',
    text: `A permission that the app needs was not given: ${scopes.join(', ')}.`,
    advice: 'Go back to the app, connect again, and leave every box ticked.',
  }
}

/** The app can be reached without TLS, or thinks so because it stands behind a proxy. */
export function insecureCallback({ origin, pathname }: URL): Failure {
  return {
    status: 500,
    code: 'insecure_redirect_uri',
    title,
    text: `Google would send you back to ${origin}${pathname}, which is neither https nor on this machine.`,
    advice: `${tellOperator} Behind a proxy, createCalendarConnect needs redirectUri.`,
  }
}
