import { type Json, omit } from '../api/handler.ts'
import { isObject } from '../check-option.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { invalidBody } from './calendar-refusal.ts'

/** Refuses read-only members that are sent back. */
export function checkConference(body: Json): void {
  if (requestOf(body)?.status !== undefined) throw invalidBody('Invalid conference type value.')
}

/** Makes the conference that a request wants; a request that was seen before is not one. */
export function finishConference(next: Json, present: Json, random: SeededRandom): Json {
  if (next.conferenceData === undefined) return omit(next, ['hangoutLink'])
  const request = requestOf(next)
  if (request === undefined) return next
  if (request.requestId === requestOf(present)?.requestId) {
    return { ...next, conferenceData: present.conferenceData, hangoutLink: present.hangoutLink }
  }
  const conferenceId = makeConferenceId(random)
  const uri = `https://meet.google.com/${conferenceId}`
  const conferenceData = {
    createRequest: { ...request, status: { statusCode: 'success' } },
    entryPoints: [{ entryPointType: 'video', uri, label: uri.slice('https://'.length) }],
    conferenceSolution: { key: { type: 'hangoutsMeet' }, name: 'Google Meet' },
    conferenceId,
  }
  return { ...next, conferenceData, hangoutLink: uri }
}

/** The answer to the request itself comes before the conference is made. */
export function showPending(shown: Json, body: Json): Json {
  const request = requestOf(body)
  if (request === undefined || requestOf(shown)?.requestId !== request.requestId) return shown
  const conferenceData = { createRequest: { ...request, status: { statusCode: 'pending' } } }
  return { ...omit(shown, ['hangoutLink']), conferenceData }
}

function requestOf({ conferenceData }: Json): Json | undefined {
  const request = isObject(conferenceData) ? conferenceData.createRequest : undefined
  return isObject(request) ? request : undefined
}

function makeConferenceId(random: SeededRandom): string {
  const letters = (count: number): string =>
    Array.from({ length: count }, () => String.fromCodePoint(97 + random.integer('conference', 26))).join('')
  return `${letters(3)}-${letters(4)}-${letters(3)}`
}
