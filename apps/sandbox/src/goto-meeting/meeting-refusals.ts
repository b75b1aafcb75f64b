import type { ApiOperation } from '../api/api-spec.ts'
import type { InputProblem } from '../api/read-input.ts'
import { refusePlainly } from '../api/refuse-plainly.ts'
import { notFound, VendorRefusal } from '../api/vendor-refusal.ts'
import { type Answer, jsonAnswer } from '../call.ts'
import { wordEdge } from '../goto/getgo-edge.ts'

export function forbidden(): VendorRefusal {
  return new VendorRefusal(403, undefined, 'You may not do this.')
}

/** The contract has 403 for a token that is missing, ended or not valid; the code was seen once. */
export function invalidToken(): VendorRefusal {
  return new VendorRefusal(403, 'InvalidToken', 'The token is not valid.')
}

export function refuseInput(_operation: ApiOperation, problem: InputProblem): VendorRefusal {
  return refusePlainly(problem, notFound())
}

export function wordRefusal(refusal: VendorRefusal): Answer {
  const edge = wordEdge(refusal)
  if (edge !== undefined) return edge
  const { status, errorCode, message: msg } = refusal
  if (errorCode === undefined) return jsonAnswer(status, { msg })
  return jsonAnswer(status, { int_err_code: errorCode, msg }, { error: errorCode })
}
