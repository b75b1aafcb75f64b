import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchClient, Setup, TokenAnswer } from './client.ts'

/** What a program keeps that stores the tokens of its one account itself. */
export interface KeptTokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAtMs: number
}

const pathOf = ({ folder }: Setup): string => join(folder, 'tokens.json')

/** Reads the file that all processes share. */
export async function readTokens(setup: Setup): Promise<KeptTokens> {
  return JSON.parse(await readFile(pathOf(setup), 'utf8')) as KeptTokens
}

let writes = 0

/** Replaces the file in one step, so that no reader ever finds half of it. */
export async function keepTokens(setup: Setup, tokens: KeptTokens): Promise<void> {
  const draft = `${pathOf(setup)}.${process.pid}.${writes++}`
  await writeFile(draft, JSON.stringify(tokens))
  await rename(draft, pathOf(setup))
}

/** What is to be kept of an answer that came so long ago. Without a new refresh token the old one goes on. */
export function tokensOf(answer: Partial<TokenAnswer>, refreshToken = '', ageMs = 0): KeptTokens {
  return {
    accessToken: answer.access_token ?? '',
    refreshToken: answer.refresh_token ?? refreshToken,
    expiresAtMs: Date.now() - ageMs + (answer.expires_in ?? 0) * 1000,
  }
}

export const installTokenFile: BenchClient['install'] = (setup, answer) =>
  keepTokens(setup, tokensOf(answer, '', setup.ageMs))
