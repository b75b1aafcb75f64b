import { type Collection, createCollection } from '../api/collection.ts'
import type { Json } from '../api/handler.ts'

/** A person of an account, as all of GoTo's APIs know them. */
export interface DirectoryUser {
  readonly userKey: string
  /** The login. */
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly displayName: string
  readonly locale: string
  readonly timeZone: string
  readonly status: 'ACTIVE' | 'INACTIVE' | 'INVITED'
  readonly licenseKeys: readonly string[]
  readonly products: readonly string[]
  readonly adminRoles: readonly string[]
  readonly roleSetIds: readonly string[]
  readonly groupKey?: string | undefined
  readonly createdMs: number
  /** SCIM takes people out of the organisation; the account keeps them. */
  readonly inOrganization: boolean
}

/** A group of the account; a user is in one at most. */
export interface DirectoryGroup {
  readonly groupKey: string
  readonly name: string
}

export interface License {
  readonly licenseKey: string
  readonly products: readonly string[]
}

/** A group of the organisation, which SCIM manages. */
export interface OrganizationGroup {
  readonly groupKey: string
  readonly displayName: string
  readonly members: readonly { readonly type: string; readonly value: string }[]
  readonly createdMs: number
}

/** The people of one account and what is given to them. */
export interface Directory {
  readonly accountKey: string
  /** What is shown of the account; of its members only key and name are known. */
  readonly account: Map<string, unknown>
  readonly users: Collection<DirectoryUser>
  /** Users who were deleted, by address: one that is added again comes back. */
  readonly formerUsers: Map<string, DirectoryUser>
  readonly groups: Collection<DirectoryGroup>
  readonly licenses: Collection<License>
  /** Of the following only the key is known; what is sent is kept. */
  readonly roleSets: Collection<Json>
  readonly templates: Collection<Json>
  readonly attributes: Collection<Json>
  readonly organizationGroups: Collection<OrganizationGroup>
  /** The verified domains of the organisation. */
  readonly domains: ReadonlySet<string>
}

export function createDirectory(accountKey: string, domains: Iterable<string>): Directory {
  return {
    accountKey,
    account: new Map([
      ['key', accountKey],
      ['name', 'Example Inc'],
    ]),
    users: createCollection(),
    formerUsers: new Map(),
    groups: createCollection(),
    licenses: createCollection(),
    roleSets: createCollection(),
    templates: createCollection(),
    attributes: createCollection(),
    organizationGroups: createCollection(),
    domains: new Set(domains),
  }
}

/** Addresses are compared without regard to case. */
export function findByEmail({ users }: Directory, email: string): DirectoryUser | undefined {
  const wanted = email.toLowerCase()
  return users.values().find((user) => user.email.toLowerCase() === wanted)
}

export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase()
}

/** What a user begins with who was only given a name and an address. */
export function newUser(
  directory: Directory,
  of: Pick<DirectoryUser, 'userKey' | 'email' | 'firstName' | 'lastName' | 'createdMs'>,
): DirectoryUser {
  return {
    displayName: `${of.firstName} ${of.lastName}`.trim(),
    locale: 'en_US',
    timeZone: 'America/New_York',
    status: 'INVITED',
    licenseKeys: [],
    products: [],
    adminRoles: [],
    roleSetIds: [],
    inOrganization: directory.domains.has(domainOf(of.email)),
    ...of,
  }
}

/** What licences give their users, each product once. */
export function productsOf({ licenses }: Directory, licenseKeys: readonly string[]): string[] {
  return [...new Set(licenseKeys.flatMap((key) => licenses.find(key)?.products ?? []))]
}
