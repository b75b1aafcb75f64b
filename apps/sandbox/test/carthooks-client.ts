import { carthooksClient } from '../src/oauth/clients.ts'
import type { Sandbox } from '../src/sandbox.ts'
import { type Answer, callAt, read } from './play-client.ts'

export const origin = 'https://shop.carthooks.test'
export const base = `${origin}/open/api`
export const tokenUrl = `${base}/oauth/token`
export const redirectUri = 'http://localhost:8080/callback'

const { id = '', secret = '' } = carthooksClient
export const credentials = { client_id: id, client_secret: secret }

type Json = Readonly<Record<string, unknown>>

/** What an envelope holds. */
export function dataOf({ body }: Answer): Json {
  return body.data as Json
}

export function errorOf({ body }: Answer): Json {
  return body.error as Json
}

export async function post(sandbox: Sandbox, form: Readonly<Record<string, string>>, url = tokenUrl): Promise<Answer> {
  return read(await sandbox.fetch(url, { method: 'POST', body: new URLSearchParams({ ...credentials, ...form }) }))
}

/** Gets a token of a machine, as clients do. */
export async function machineToken(sandbox: Sandbox): Promise<string> {
  return String(dataOf(await post(sandbox, { grant_type: 'client_credentials' })).access_token)
}

export interface Tokens {
  readonly access: string
  readonly refresh: string
}

export function tokensOf(answer: Answer): Tokens {
  const data = dataOf(answer)
  return { access: String(data.access_token), refresh: String(data.refresh_token) }
}

/** Gets tokens that act for a person. */
export async function userTokens(sandbox: Sandbox): Promise<Tokens> {
  const userToken = sandbox.control.carthooks.createUserToken()
  return tokensOf(await post(sandbox, { grant_type: 'client_credentials', user_access_token: userToken }))
}

export function refresh(sandbox: Sandbox, token: string): Promise<Answer> {
  return post(sandbox, { grant_type: 'refresh_token', refresh_token: token })
}

export async function getCode(sandbox: Sandbox, token: string, change: Json = {}): Promise<Answer> {
  const body = { client_id: id, redirect_uri: redirectUri, state: 's1', ...change }
  return callAt(sandbox, token, 'POST', `${origin}/api/oauth/get-authorize-code`, body)
}
