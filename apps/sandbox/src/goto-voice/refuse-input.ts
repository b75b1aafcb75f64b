import type { ApiOperation } from '../api/api-spec.ts'
import type { InputProblem } from '../api/read-input.ts'
import type { SchemaProblem } from '../api/schema-checker.ts'
import { VendorRefusal } from '../api/vendor-refusal.ts'
import { badRequest, invalid } from '../goto-connect/connect-refusals.ts'

/** The vendor's codes for single members; which of them an operation uses is in its documentation. */
const memberCodes: Readonly<Record<string, readonly string[]>> = {
  accountKey: ['INVALID_ACCOUNT_KEY'],
  action: ['INVALID_ACTION'],
  areaCode: ['INVALID_AREA_CODE'],
  assignedPrimaryUserKey: ['INVALID_USER_KEY'],
  assignedSecondaryUserKeys: ['INVALID_USER_KEY'],
  assignedUserKey: ['INVALID_USER_KEY'],
  attachedMessageFormat: ['INVALID_ATTACHED_MESSAGE_FORMAT'],
  billingGroupId: ['INVALID_BILLING_GROUP_ID'],
  callerIdName: ['INVALID_CALLER_ID_NAME'],
  deviceId: ['INVALID_DEVICE_ID'],
  emailNotificationEmailAddresses: ['INVALID_NOTIFICATION_EMAIL_ADDRESS'],
  extensionId: ['INVALID_EXTENSION_ID'],
  extensionNumber: ['INVALID_EXTENSION'],
  externalNumber: ['INVALID_NUMBER'],
  finalStep: ['INVALID_ACTION'],
  id: ['INVALID_ID'],
  items: ['INVALID_DESTINATION'],
  label: ['INVALID_LABEL'],
  licenseKey: ['INVALID_LICENSE_KEY'],
  macAddress: ['MALFORMED_MAC_ADDRESS'],
  modelId: ['INVALID_MODEL'],
  name: ['INVALID_NAME'],
  number: ['INVALID_NUMBER'],
  operatorExtensionId: ['INVALID_EXTENSION_ID'],
  password: ['INVALID_PASSWORD'],
  permissions: ['INVALID_PERMISSION'],
  position: ['INVALID_POSITION'],
  timeout: ['INVALID_TIMEOUT'],
  timeZone: ['INVALID_TIME_ZONE'],
  type: ['INVALID_TYPE', 'UNSUPPORTED_BUTTON_TYPE'],
  unavailableStep: ['INVALID_DESTINATION'],
  userKey: ['INVALID_USER_KEY'],
}

/** Puts the vendor's words on what is wrong with a request, as far as the operation documents them. */
export function refuseInput(operation: ApiOperation, problem: InputProblem): VendorRefusal {
  switch (problem.type) {
    case 'malformed_address':
      return firstDocumented(operation, ['BAD_REQUEST', 'MALFORMED_REQUEST'], 'A percent code is malformed.')
    case 'too_large':
      return new VendorRefusal(413, 'PAYLOAD_TOO_LARGE', 'The request is too large.')
    case 'parameter':
      return badRequest(problem.parameter.name, problem.missing ? 'REQUIRED' : 'INVALID')
    case 'no_body':
      return firstDocumented(operation, ['MISSING_MANDATORY_FIELDS', 'MALFORMED_REQUEST'], 'The body is missing.')
    case 'not_json':
      return firstDocumented(operation, ['MALFORMED_REQUEST'], 'The body must be JSON.')
    case 'body':
      return refuseBody(operation, problem.problems)
  }
}

function refuseBody(operation: ApiOperation, problems: readonly SchemaProblem[]): VendorRefusal {
  const missing = problems.find((problem) => problem.keyword === 'required')
  if (missing !== undefined) {
    return firstDocumented(operation, ['MISSING_MANDATORY_FIELDS'], describe(missing), missing)
  }
  // The deepest one says most: an alternative that fails is reported by each of its parts and as a whole.
  const [problem] = problems.toSorted((a, b) => b.path.length - a.path.length)
  if (problem === undefined || problem.path.length === 0) {
    return firstDocumented(operation, ['MALFORMED_REQUEST'], 'The body must be an object.')
  }
  if (problem.keyword === 'maxItems' && problem.path.at(-1) === 'ringSteps') {
    return firstDocumented(operation, ['RING_STEPS_QUANTITY_EXCEEDED'], describe(problem), problem)
  }
  const members = problem.path.toReversed().filter((step) => Object.hasOwn(memberCodes, step))
  const codes = members.flatMap((step) => memberCodes[step] ?? [])
  return firstDocumented(operation, [...codes, 'MALFORMED_REQUEST'], describe(problem), problem)
}

function describe({ path, message }: SchemaProblem): string {
  return `${path.join('.')} ${message}.`
}

function firstDocumented(
  { answers }: ApiOperation,
  candidates: readonly string[],
  message: string,
  problem?: SchemaProblem,
): VendorRefusal {
  const documented = answers.get(400)?.errorCodes ?? []
  const code = candidates.find((candidate) => documented.includes(candidate))
  if (code !== undefined) return invalid(code, message)
  if (documented.length > 0 && !documented.includes('BAD_REQUEST')) {
    return invalid(documented.find((each) => each === 'MALFORMED_REQUEST') ?? documented[0] ?? 'BAD_REQUEST', message)
  }
  const constraint = problem?.keyword === 'required' ? 'REQUIRED' : 'INVALID'
  return problem === undefined ? invalid('BAD_REQUEST', message) : badRequest(problem.path.join('.'), constraint)
}
