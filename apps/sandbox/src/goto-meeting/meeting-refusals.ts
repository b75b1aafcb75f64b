import type { ApiOperation } from '../api/api-spec.ts'
import type { InputProblem } from '../api/read-input.ts'
import { notFound, VendorRefusal } from '../api/vendor-refusal.ts'
import { type Answer, jsonAnswer } from '../call.ts'
import { wordEdge } from '../goto/getgo-edge.ts'

export function badRequest(text: string): VendorRefusal {
  return new VendorRefusal(400, undefined, text)
}

export function forbidden(): VendorRefusal {
  return new VendorRefusal(403, undefined, 'You may not do this.')
}

/** The contract has 403 for a token that is missing, ended or not valid; the code was seen once. */
export function invalidToken(): VendorRefusal {
  return new VendorRefusal(403, 'InvalidToken', 'The token is not valid.')
}

/** Puts words on what is wrong with a request. A key that is no number is one that nobody has. */
export function refuseInput(_operation: ApiOperation, problem: InputProblem): VendorRefusal {
  if (problem.type === 'parameter') {
    return problem.parameter.in === 'path' ? notFound() : badRequest(`${problem.parameter.name} is wrong or missing.`)
  }
  if (problem.type === 'too_large') return new VendorRefusal(413, undefined, 'The request is too large.')
  if (problem.type !== 'body') return badRequest('The body must be a JSON object.')
  const [first] = problem.problems
  return badRequest(`${first?.path.join('.') ?? ''} ${first?.message ?? ''}.`)
}

export function wordRefusal(refusal: VendorRefusal): Answer {
  const edge = wordEdge(refusal)
  if (edge !== undefined) return edge
  const { status, errorCode, message: msg } = refusal
  if (errorCode === undefined) return jsonAnswer(status, { msg })
  return jsonAnswer(status, { int_err_code: errorCode, msg }, { error: errorCode })
}
