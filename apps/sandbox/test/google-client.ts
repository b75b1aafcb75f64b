import { approveAuthorization, type ApproveOptions } from '../src/approve-authorization.ts'
import { googleWebClient, type SandboxClient } from '../src/oauth/clients.ts'
import type { Sandbox } from '../src/sandbox.ts'
import { read } from './play-client.ts'

/** A plain client of Google. */

export const accounts = 'https://accounts.google.com'
export const tokens = 'https://oauth2.googleapis.com'
export const events = 'https://www.googleapis.com/auth/calendar.events'
export const freeBusy = 'https://www.googleapis.com/auth/calendar.freebusy'
export const person = 'ada.example@example.com'
const redirectUri = 'http://localhost:8080/callback'

type Form = Readonly<Record<string, string>>

export function authorizationUrl(parameters: Form = {}): URL {
  const url = new URL('/o/oauth2/v2/auth', accounts)
  const all = {
    response_type: 'code',
    client_id: googleWebClient.id,
    redirect_uri: redirectUri,
    scope: events,
    state: 's1',
    ...parameters,
  }
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value)
  return url
}

export async function post(sandbox: Sandbox, path: string, form: Form) {
  return read(await sandbox.fetch(tokens + path, { method: 'POST', body: new URLSearchParams(form) }))
}

export function credentials({ id, secret = '' }: SandboxClient = googleWebClient): Form {
  return { client_id: id, client_secret: secret }
}

/** Signs a person in and exchanges the code. */
export async function signIn(sandbox: Sandbox, parameters: Form = {}, options: ApproveOptions = {}) {
  const callback = await approveAuthorization(sandbox.fetch, authorizationUrl(parameters), options)
  return exchange(sandbox, callback, parameters.redirect_uri)
}

export function exchange(
  sandbox: Sandbox,
  callback: URL,
  uri: string = redirectUri,
  client: SandboxClient = googleWebClient,
) {
  const code = callback.searchParams.get('code') ?? ''
  return post(sandbox, '/token', { grant_type: 'authorization_code', code, redirect_uri: uri, ...credentials(client) })
}

export function refresh(sandbox: Sandbox, token: string, client: SandboxClient = googleWebClient) {
  return post(sandbox, '/token', { grant_type: 'refresh_token', refresh_token: token, ...credentials(client) })
}
