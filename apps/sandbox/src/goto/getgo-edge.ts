import type { VendorRefusal } from '../api/vendor-refusal.ts'
import { type Answer, jsonAnswer } from '../call.ts'

/** What the host api.getgo.com says where there is nothing, in a shape that none of its APIs has. */
export function wordEdge({ status, errorCode, message }: VendorRefusal): Answer | undefined {
  return errorCode === 'NOT_FOUND' ? jsonAnswer(status, { errorCode, message }, { error: errorCode }) : undefined
}
