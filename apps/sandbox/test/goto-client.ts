import type { Sandbox } from '../src/sandbox.ts'
import { signIn as signInAtGoogle } from './google-client.ts'
import type { PlayedApi } from './describe-operations.ts'
import { type Answer, callAt, signIn } from './play-client.ts'

/** What holds for a test of each of GoTo's APIs. */
export const atGoto: Pick<PlayedApi, 'signIn' | 'signInElsewhere'> = {
  signIn: async (sandbox) => (await signIn(sandbox)).access,
  signInElsewhere: async (sandbox) => (await signInAtGoogle(sandbox)).access,
}

export const adminUrl = 'https://api.getgo.test/admin/rest/v1'
export const scimUrl = 'https://api.getgo.test/identity/v1'
export const meetingUrl = 'https://api.getgo.test/G2M/rest'
export const usersUrl = 'https://api.goto.test/users/v1'
export const accountUrl = `${adminUrl}/accounts/1234567890`

type Row = Readonly<Record<string, unknown>>

/** Asks for what must succeed. */
export async function get(sandbox: Sandbox, token: string, url: string): Promise<Answer['body']> {
  const { status, body, text } = await callAt(sandbox, token, 'GET', url)
  if (status !== 200) throw new Error(`${url}: ${status} ${text}`)
  return body
}

/** The rows of an answer that is a list, or holds one. */
export function rowsOf(body: unknown, member: string): Row[] {
  return (body as Readonly<Record<string, Row[]>>)[member] ?? []
}
