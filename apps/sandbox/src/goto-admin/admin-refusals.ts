import type { ApiOperation } from '../api/api-spec.ts'
import type { InputProblem } from '../api/read-input.ts'
import { refusePlainly } from '../api/refuse-plainly.ts'
import { notFound, VendorRefusal } from '../api/vendor-refusal.ts'
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

export function unauthenticated(): VendorRefusal {
  return refuse(401, 'not.authenticated', 'Authorization')
}

export function forbidden(): VendorRefusal {
  return new VendorRefusal(403, undefined, 'A right is missing.')
}

const missingThings: Readonly<Record<string, (key: string) => VendorRefusal>> = { userKey: noUser, groupKey: noGroup }

/** Puts the vendor's words on what is wrong with a request, as far as they are known. */
export function refuseInput({ id }: ApiOperation, problem: InputProblem): VendorRefusal {
  if (problem.type === 'parameter') {
    const { name } = problem.parameter
    return refusePlainly(problem, missingThings[name]?.(name) ?? notFound())
  }
  const isGroup = ['createGroup', 'updateGroup'].includes(id)
  if (isGroup && problem.type === 'body' && problem.problems[0]?.path.join('.') === 'name') {
    return refuse(400, 'group.name.required', 'name')
  }
  return refusePlainly(problem, notFound())
}

/** Writes an error. Where no code is known there is the incident alone, or the text that says what is wrong. */
export function wordRefusal(refusal: VendorRefusal, random: SeededRandom): Answer {
  const edge = wordEdge(refusal)
  if (edge !== undefined) return edge
  const { status, errorCode = status === 401 ? 'not.authenticated' : undefined, message: value } = refusal
  const incidentId = random.uuid('incident')
  if (errorCode !== undefined) {
    return jsonAnswer(status, { incidentId, errors: [{ code: errorCode, value }] }, { error: errorCode })
  }
  return jsonAnswer(status, status === 400 ? { incidentId, errors: [{ value }] } : { incidentId })
}
