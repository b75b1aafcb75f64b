import { STATUS_CODES } from 'node:http'
import { type Answer, type Call, respond } from '../../call.ts'
import { hasMalformedPercentCode } from '../../percent-codes.ts'
import type { PlayPart, Service } from '../../service.ts'
import { CalendarRefusal, notFound, wordRefusal } from '../calendar-refusal.ts'
import { type BatchPart, type PartCall, readBatch } from './read-batch.ts'

const path = '/batch/calendar/v3'
const batch = { kind: 'batch', operation: 'batch' } as const
const apiPath = '/calendar/v3/'

/** https://developers.google.com/workspace/calendar/api/guides/batch, 2026; older copies say 50. */
const maxParts = 1000

/**
 * Plays Google's batches: every part is a call of its own, with its own answer, place in the ledger, and faults. They
 * are played in their order, although Google promises none.
 */
export function createCalendarBatch({ annotate, error }: Pick<Service, 'annotate' | 'error'>): Service {
  return {
    vendor: 'google',
    // Only `play` answers here: the parts have to be played.
    mount() {},
    identify: (method, asked) => (method === 'POST' && asked === path ? batch : undefined),
    annotate,
    error,
    expireBearer() {},
    operations: [batch],
    hasPath: (wanted) => wanted === path,
    pathFits: (asked, wanted) => asked === path && wanted === path,
    play: playBatch,
    reset() {},
  }
}

async function playBatch(call: Call, playPart: PlayPart): Promise<Response | undefined> {
  const { body, url } = call
  if (hasMalformedPercentCode(url.search)) return respond(call, refuse(400, 'badRequest', 'Bad Request'))
  if (body === undefined) return respond(call, refuse(413, 'badRequest', 'The batch is too large.'))
  const parts = readBatch(call.request.headers.get('content-type') ?? '', new TextDecoder().decode(body))
  if (parts === undefined) return respond(call, refuse(400, 'badRequest', 'The body is not multipart/mixed.'))
  if (parts.length > maxParts) {
    return respond(call, refuse(400, 'badRequest', `A batch has ${maxParts} calls at most, not ${parts.length}.`))
  }
  const written: string[] = []
  for (const part of parts) {
    const answer = await answerPart(part, call, playPart)
    // All parts share one connection.
    if (answer === undefined) return undefined
    written.push(await writePart(part, answer))
  }
  const boundary = `batch_${call.entry.seq}`
  const text = `${written.map((each) => `--${boundary}\r\n${each}\r\n`).join('')}--${boundary}--\r\n`
  return respond(call, { status: 200, headers: { 'content-type': `multipart/mixed; boundary=${boundary}` }, text })
}

async function answerPart(part: BatchPart, call: Call, playPart: PlayPart): Promise<Response | undefined> {
  const request = part.call === undefined ? undefined : createRequest(part.call, call)
  if (request === undefined) return toResponse(refuse(400, 'badRequest', 'The part is not an HTTP request.'))
  if (!new URL(request.url).pathname.startsWith(apiPath)) return toResponse(wordRefusal(notFound()))
  return playPart(request)
}

/** What stands outside holds for each part that does not say something else, except for what describes the body. */
function createRequest({ method, target, headers: own, body }: PartCall, { request, url }: Call): Request | undefined {
  try {
    const headers = new Headers([...request.headers].filter(([name]) => !name.startsWith('content-')))
    for (const [name, value] of own) headers.set(name, value)
    headers.delete('content-length')
    const hasBody = method !== 'GET' && method !== 'HEAD' && body !== ''
    return new Request(url.origin + target, { method, headers, body: hasBody ? body : null })
  } catch {
    return undefined
  }
}

/** Writes an answer as a part names the one it belongs to. */
async function writePart({ contentId }: BatchPart, response: Response): Promise<string> {
  const text = await response.text()
  const headers = new Headers(response.headers)
  if (text !== '') headers.set('content-length', String(Buffer.byteLength(text)))
  return [
    'content-type: application/http',
    ...(contentId === undefined ? [] : [`content-id: <response-${contentId}>`]),
    '',
    `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}`,
    ...Array.from(headers, ([name, value]) => `${name}: ${value}`),
    '',
    text,
  ].join('\r\n')
}

function refuse(status: number, reason: string, message: string): Answer {
  return wordRefusal(new CalendarRefusal(status, reason, message))
}

function toResponse({ status, headers = {}, text = '' }: Answer): Response {
  return new Response(text, { status, headers })
}
