import { type ConstraintViolation, VendorRefusal } from '../api/vendor-refusal.ts'

/** Refuses a member of the body with the code the vendor has for it. */
export function invalid(errorCode: string, message: string): VendorRefusal {
  return new VendorRefusal(400, errorCode, message)
}

export function badRequest(field: string, constraint: ConstraintViolation['constraint']): VendorRefusal {
  return new VendorRefusal(400, 'BAD_REQUEST', `${field} is ${constraint.toLowerCase()}.`, [{ field, constraint }])
}

export function conflict(errorCode: string, message: string): VendorRefusal {
  return new VendorRefusal(409, errorCode, message)
}
