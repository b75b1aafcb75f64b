import { isObject } from '../check-option.ts'
import type { Fault } from './fault.ts'
import { type IdTokenFault, spoilIdToken } from './spoil-id-token.ts'

/** A true answer on its way out. */
export interface PlayedAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
}

type Json = Readonly<Record<string, unknown>>

/** Spoils a true answer as the fault says; nothing where the answer has not got what it would spoil. */
export function spoilAnswer(fault: Fault, answer: PlayedAnswer): PlayedAnswer | undefined {
  switch (fault.type) {
    case 'status':
      return { ...answer, status: fault.status ?? 200 }
    case 'garbage':
      return answer.body.length === 0 ? undefined : { ...answer, body: answer.body.map((byte) => byte ^ 0xff) }
    case 'wrong_issuer':
      return spoilIssuer(answer, fault.issuer ?? 'https://another-issuer.example.com')
    case 'wrong_id_token':
      return reissue(answer, fault)
    case 'wrong_types':
      return spoilTokens(answer, { access_token: 42, expires_in: [], scope: {} })
    case 'unknown_token_type':
      return spoilTokens(answer, { token_type: 'mac' })
    case 'expires_in':
      return spoilTokens(answer, { expires_in: fault.seconds })
    default:
      return answer
  }
}

/** The tokens may stand in an envelope. */
function spoilTokens(answer: PlayedAnswer, spoiled: Json): PlayedAnswer | undefined {
  const body = readJson(answer)
  if (body === undefined) return undefined
  if ('access_token' in body) return writeJson(answer, { ...body, ...spoiled })
  const { data } = body
  if (!isObject(data) || !('access_token' in data)) return undefined
  return writeJson(answer, { ...body, data: { ...data, ...spoiled } })
}

function spoilIssuer(answer: PlayedAnswer, issuer: string): PlayedAnswer | undefined {
  const location = answer.headers.get('location') ?? ''
  if (URL.canParse(location)) return spoilCallback(answer, new URL(location), issuer)
  const body = readJson(answer)
  if (typeof body?.issuer === 'string') return writeJson(answer, { ...body, issuer })
  return reissue(answer, { claims: { iss: issuer } })
}

function reissue(answer: PlayedAnswer, fault: IdTokenFault): PlayedAnswer | undefined {
  const body = readJson(answer)
  if (typeof body?.id_token !== 'string') return undefined
  return writeJson(answer, { ...body, id_token: spoilIdToken(body.id_token, fault) })
}

function spoilCallback(answer: PlayedAnswer, location: URL, issuer: string): PlayedAnswer | undefined {
  if (!location.searchParams.has('code') && !location.searchParams.has('error')) return undefined
  location.searchParams.set('iss', issuer)
  const headers = new Headers(answer.headers)
  headers.set('location', location.href)
  return { ...answer, headers }
}

function readJson({ body }: PlayedAnswer): Json | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function writeJson(answer: PlayedAnswer, value: Json): PlayedAnswer {
  return { ...answer, body: new TextEncoder().encode(JSON.stringify(value)) }
}
