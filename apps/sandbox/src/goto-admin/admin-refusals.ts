import type { ApiOperation } from '../api/api-spec.ts'
import type { InputProblem } from '../api/read-input.ts'
import { VendorRefusal } from '../api/vendor-refusal.ts'
import { type Answer, jsonAnswer } from '../call.ts'
import { wordEdge } from '../goto/getgo-edge.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** Of a refusal with a code, the message is what was wrong: the value of an error here. */
export function refuse(status: number, code: string, value: string): VendorRefusal {
  return new VendorRefusal(status, code, value)
}

export function noUser(userKey: string): VendorRefusal {
  return refuse(404, 'user.not.found', userKey)
}

export function noGroup(groupKey: string): VendorRefusal {
  return refuse(404, 'group.not.found', groupKey)
}

/** Refuses for reasons whose codes nobody has recorded. */
export function badRequest(text: string): VendorRefusal {
  return new VendorRefusal(400, undefined, text)
}

export function unauthenticated(): VendorRefusal {
  return refuse(401, 'not.authenticated', 'Authorization')
}

export function forbidden(): VendorRefusal {
  return new VendorRefusal(403, undefined, 'A right is missing.')
}

/** Puts the vendor's words on what is wrong with a request. A key that is no number is one that nobody has. */
export function refuseInput({ id, answers }: ApiOperation, problem: InputProblem): VendorRefusal {
  if (problem.type === 'parameter') {
    const { name, in: place } = problem.parameter
    if (place !== 'path' || !answers.has(404)) return badRequest(`${name} is wrong or missing.`)
    return name === 'userKey'
      ? noUser(name)
      : name === 'groupKey'
        ? noGroup(name)
        : new VendorRefusal(404, undefined, name)
  }
  if (problem.type === 'too_large') return new VendorRefusal(413, undefined, 'The request is too large.')
  if (problem.type !== 'body') return badRequest('The body must be a JSON object.')
  const [first] = problem.problems
  const member = first?.path.join('.') ?? ''
  const isGroupName = member === 'name' && ['createGroup', 'updateGroup'].includes(id)
  return isGroupName ? refuse(400, 'group.name.required', 'name') : badRequest(`${member} ${first?.message ?? ''}`)
}

/** Writes an error. Where no code is known there is the incident alone, or the text that says what is wrong. */
export function wordRefusal(refusal: VendorRefusal, random: SeededRandom): Answer {
  const edge = wordEdge(refusal)
  if (edge !== undefined) return edge
  const { status, errorCode: code = status === 401 ? 'not.authenticated' : undefined, message: value } = refusal
  const errors = code === undefined ? (status === 400 ? { errors: [{ value }] } : {}) : { errors: [{ code, value }] }
  const body = { incidentId: random.uuid('incident'), ...errors }
  return jsonAnswer(status, body, code === undefined ? {} : { error: code })
}
