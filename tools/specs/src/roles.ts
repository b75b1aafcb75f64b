import type { Json } from './json.ts'

/** What the person behind a token has to be, whatever its scopes: values of `x-role`, and how a description says it. */
export const roles: Readonly<Record<string, string>> = {
  admin: 'Only for admins.',
  'org-read': 'Needs the organisation role ROLE_ORG_READ.',
  'org-write': 'Needs the organisation role ROLE_ORG_WRITE.',
}

export function isRole(value: Json | undefined): value is string {
  return typeof value === 'string' && Object.hasOwn(roles, value)
}
