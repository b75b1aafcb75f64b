/** An error answer of a played API, thrown by whatever finds the reason; the API's manners put it into words. */
export class VendorRefusal extends Error {
  override readonly name = 'VendorRefusal'
  readonly status: number
  /** Absent: the one that the vendor has for the status, if any. */
  readonly errorCode: string | undefined
  readonly violations: readonly ConstraintViolation[]

  constructor(
    status: number,
    errorCode: string | undefined,
    message: string,
    violations: readonly ConstraintViolation[] = [],
  ) {
    super(message)
    this.status = status
    this.errorCode = errorCode
    this.violations = violations
  }
}

/** What is wrong with one field. */
export interface ConstraintViolation {
  readonly field: string
  readonly constraint: 'REQUIRED' | 'INVALID'
}

/** Refuses for reasons that the vendor has no code for, or none that is known. */
export function badRequest(message: string): VendorRefusal {
  return new VendorRefusal(400, undefined, message)
}

export function notFound(): VendorRefusal {
  return new VendorRefusal(404, undefined, 'There is no such thing, or you may not see it.')
}
