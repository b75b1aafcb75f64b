/** An error answer of the played API, thrown by whatever finds the reason. */
export class VendorRefusal extends Error {
  override readonly name = 'VendorRefusal'
  readonly status: number
  readonly errorCode: string
  readonly violations: readonly ConstraintViolation[]

  constructor(status: number, errorCode: string, message: string, violations: readonly ConstraintViolation[] = []) {
    super(message)
    this.status = status
    this.errorCode = errorCode
    this.violations = violations
  }
}

export interface ConstraintViolation {
  readonly field: string
  readonly constraint: 'REQUIRED' | 'INVALID'
}

export function notFound(): VendorRefusal {
  return new VendorRefusal(404, 'NOT_FOUND', 'There is no such thing, or you may not see it.')
}

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
