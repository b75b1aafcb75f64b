import type { OrganizationRole, SandboxAccount } from '../accounts.ts'

/** What a person may do in the organisation, which is not the same as administering the account. */
export function organizationRolesOf({ admin = true, organizationRoles }: SandboxAccount): readonly OrganizationRole[] {
  return organizationRoles ?? (admin ? ['ROLE_ORG_READ', 'ROLE_ORG_WRITE'] : [])
}

/** Tells whether a person is what an operation asks for; the specifications name three roles. */
export function hasRole(account: SandboxAccount, role: string | undefined): boolean {
  if (role === undefined) return true
  if (role === 'admin') return account.admin ?? true
  return organizationRolesOf(account).includes(role === 'org-read' ? 'ROLE_ORG_READ' : 'ROLE_ORG_WRITE')
}
