import type { ApiOperation } from '../api/api-spec.ts'
import type { InputProblem } from '../api/read-input.ts'
import { VendorRefusal } from '../api/vendor-refusal.ts'
import { type Answer, type Call, jsonAnswer } from '../call.ts'
import { wordEdge } from '../goto/getgo-edge.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** The one code that was seen; other errors have none. */
const notAuthorizedCode = 'not.authorized'

export function badRequest(text: string): VendorRefusal {
  return new VendorRefusal(400, undefined, text)
}

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

/** Puts the vendor's words on what is wrong with a request. A key that is no number is one that nobody has. */
export function refuseInput({ answers }: ApiOperation, problem: InputProblem): VendorRefusal {
  if (problem.type === 'parameter' && problem.parameter.in === 'path') {
    return answers.has(404) ? noUser() : notAuthorized()
  }
  if (problem.type === 'parameter') return badRequest(`${problem.parameter.name} is wrong.`)
  if (problem.type === 'too_large') return new VendorRefusal(413, undefined, 'The request is too large.')
  if (problem.type !== 'body') return badRequest('The body must be a JSON object.')
  const [first] = problem.problems
  return badRequest(`${first?.path.join('.') ?? ''} ${first?.message ?? ''}.`)
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
