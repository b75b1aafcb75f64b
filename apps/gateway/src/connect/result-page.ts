import { isAuthError, type AuthError, type AuthErrorCode } from '@grantkit/auth-core'
import type { TenantApp } from '../model/tenants.ts'
import type { Page } from './page.ts'

export const providerNames = { goto: 'GoTo', google: 'Google', carthooks: 'Carthooks' } as const

const again = 'ask for a new link where you got this one, and try again.'

/** A link that was used, or was not used in time, or that nobody made. */
export const linkIsOver: Page = {
  status: 404,
  title: 'This link is over',
  text: 'It works once, and for ten minutes.',
  advice: 'Ask for a new link where you got this one.',
}

/** A browser comes back from a provider, and nothing here waits for it: too late, twice, or another browser. */
export const attemptIsOver: Page = {
  status: 404,
  title: 'This attempt is over',
  text: 'It can be ended once, within ten minutes, and in the browser in which it began.',
  advice: `If you have seen that it worked, it did, and you can close this tab. If not, nothing was changed: ${again}`,
}

export function connected({ provider, tenant }: TenantApp): Page {
  return {
    status: 200,
    title: `${providerNames[provider]} is connected`,
    text: `"${tenant}" can use it now.`,
    advice: 'You can close this tab.',
  }
}

interface Words {
  readonly status: 400 | 502 | 503
  readonly text: string
  readonly advice: string
}

/** What a person is told, where there is more to say than that it failed. */
const wordsOf: Partial<Readonly<Record<AuthErrorCode, (name: string) => Words>>> = {
  access_denied: (name) => ({
    status: 400,
    text: `The permission was refused, by you or by ${name} for you.`,
    advice: `Nothing was changed. If you want to give it after all: ${again}`,
  }),
  account_mismatch: (name) => ({
    status: 400,
    text: `You signed in at ${name} as another person than the one who connected this before.`,
    advice: `Nothing was changed. Sign out at ${name} first, then ask for a new link and sign in as that person. For you to take their place, it has to be disconnected before.`,
  }),
  client_rejected: (name) => ({
    status: 502,
    text: `${name} does not accept this app: its client id or secret is wrong there.`,
    advice: 'Nothing was changed. Tell whoever gave you the link: you cannot mend this.',
  }),
}

/** Says what became of an attempt that failed. Errors that nobody planned for are thrown on. */
export function failed({ provider }: Pick<TenantApp, 'provider'>, error: unknown): Page {
  if (!isAuthError(error)) throw error
  const name = providerNames[provider]
  return { title: `${name} was not connected`, ...(wordsOf[error.code]?.(name) ?? wordsOfFamily(error)) }
}

function wordsOfFamily({ family, code, message }: AuthError): Words {
  if (family === 'storage') return storeIsAway
  const isTheirs = family === 'callback' || code === 'code_rejected'
  // The messages of auth-core are cleaned of secrets and of what a provider might have put into them.
  return { status: isTheirs ? 400 : 502, text: message, advice: `Nothing was changed: ${again}` }
}

const storeIsAway: Words = {
  status: 503,
  text: 'The gateway cannot save anything at the moment.',
  advice: `Wait a minute, then ${again}`,
}

/** The same for a link that cannot even be looked at. Errors that nobody planned for are thrown on. */
export function unavailable(error: unknown): Page {
  if (!isAuthError(error) || error.family !== 'storage') throw error
  const advice = 'Your link is still good: wait a minute, then load this page again.'
  return { ...storeIsAway, title: 'Not now', advice }
}
