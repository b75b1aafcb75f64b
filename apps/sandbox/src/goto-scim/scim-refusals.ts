import type { ApiOperation } from '../api/api-spec.ts'
import type { InputProblem } from '../api/read-input.ts'
import { refusePlainly } from '../api/refuse-plainly.ts'
import { VendorRefusal } from '../api/vendor-refusal.ts'
import { type Answer, type Call, jsonAnswer } from '../call.ts'
import { wordEdge } from '../goto/getgo-edge.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** The one code that was seen; other errors have none. */
const notAuthorizedCode = 'not.authorized'

export function conflict(text: string): VendorRefusal {
  return new VendorRefusal(409, undefined, text)
}

export function noUser(): VendorRefusal {
  return new VendorRefusal(404, undefined, 'There is no such user.')
}

/** Says that a role is missing; groups that the organisation does not have are answered like this, too. */
export function notAuthorized(): VendorRefusal {
  return new VendorRefusal(401, notAuthorizedCode, 'You are not authorized.')
}

/** Says that a token is missing, ended or not valid, which is 403 here. */
export function invalidToken(): VendorRefusal {
  return new VendorRefusal(403, undefined, 'The access token is not valid.')
}

/** A group that the organisation does not have is answered like one that may not be seen. */
export function refuseInput({ answers }: ApiOperation, problem: InputProblem): VendorRefusal {
  return refusePlainly(problem, answers.has(404) ? noUser() : notAuthorized())
}

/** Writes an error: a list of one, with the incident in its text and the path that was asked for. */
export function wordRefusal(refusal: VendorRefusal, call: Call, random: SeededRandom): Answer {
  const edge = wordEdge(refusal)
  if (edge !== undefined) return edge
  const { status, errorCode = status === 401 ? notAuthorizedCode : undefined, message } = refusal
  const code = errorCode === undefined ? {} : { code: errorCode }
  const description = `${message} Incident ${random.uuid('incident')}.`
  const body = { error: [{ ...code, description, uri: call.url.pathname }] }
  return jsonAnswer(status, body, errorCode === undefined ? {} : { error: errorCode })
}
