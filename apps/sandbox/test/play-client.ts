import { approveAuthorization, type ApproveOptions } from '../src/approve-authorization.ts'
import { defaultClient, type SandboxClient } from '../src/oauth/clients.ts'
import type { Sandbox } from '../src/sandbox.ts'

/** A plain client of GoTo, as a test writes one: no library, no mercy. */

export const origin = 'https://identity.goto.test'
export const api = 'https://api.goto.test/voice-admin/v1'
export const redirectUri = 'http://localhost:8080/callback'
export const accountKey = '1234567890'
export const startMs = Date.UTC(2026, 10, 1)

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
  /** The tokens of a token answer, empty in any other. */
  readonly access: string
  readonly refresh: string
}

export async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type') === 'application/json' && text !== ''
  const body: Readonly<Record<string, unknown>> = isJson ? JSON.parse(text) : {}
  const tokens = { access: String(body.access_token ?? ''), refresh: String(body.refresh_token ?? '') }
  return { status: response.status, headers: response.headers, text, body, ...tokens }
}

export function basic({ id, secret = '' }: SandboxClient = defaultClient): Record<string, string> {
  return { authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}` }
}

type Form = Readonly<Record<string, string>> | URLSearchParams

export async function post(sandbox: Sandbox, path: string, form: Form, headers: Record<string, string> = basic()) {
  return read(await sandbox.fetch(origin + path, { method: 'POST', headers, body: new URLSearchParams(form) }))
}

export function authorizationUrl(parameters: Readonly<Record<string, string>> = {}): URL {
  const url = new URL('/oauth/authorize', origin)
  const all = {
    response_type: 'code',
    client_id: defaultClient.id,
    redirect_uri: redirectUri,
    state: 's1',
    ...parameters,
  }
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value)
  return url
}

export async function getCode(
  sandbox: Sandbox,
  parameters: Readonly<Record<string, string>> = {},
  options: ApproveOptions = {},
): Promise<string> {
  const callback = await approveAuthorization(sandbox.fetch, authorizationUrl(parameters), options)
  return callback.searchParams.get('code') ?? ''
}

export function exchange(sandbox: Sandbox, code: string, more: Readonly<Record<string, string>> = {}) {
  return post(sandbox, '/oauth/token', { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...more })
}

export interface Tokens {
  readonly access: string
  readonly refresh: string
}

export async function signIn(
  sandbox: Sandbox,
  parameters: Readonly<Record<string, string>> = {},
  options: ApproveOptions = {},
): Promise<Tokens> {
  return exchange(sandbox, await getCode(sandbox, parameters, options))
}

export function refresh(sandbox: Sandbox, token: string, more: Readonly<Record<string, string>> = {}) {
  return post(sandbox, '/oauth/token', { grant_type: 'refresh_token', refresh_token: token, ...more })
}

export function call(sandbox: Sandbox, token: string, method: string, path: string, body?: unknown): Promise<Answer> {
  return callAt(sandbox, token, method, api + path, body)
}

export async function callAt(sandbox: Sandbox, token: string, method: string, url: string, body?: unknown) {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` }
  if (body !== undefined) headers['content-type'] = 'application/json'
  const text = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body)
  return read(await sandbox.fetch(url, { method, headers, body: text }))
}
