import { type Collection, createCollection } from '../api/collection.ts'
import type { Json } from '../api/handler.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** A person of an account, as all of GoTo's APIs know them. */
export interface DirectoryUser {
  readonly userKey: string
  /** Another id, a UUID. */
  readonly userId: string
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
  /** The group may be gone. */
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
  /** Of the following only the key or id is known; what is sent is kept. */
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

export interface NewUser extends Partial<DirectoryUser> {
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly createdMs: number
}

/** Adds a user, who is invited and has nothing unless it is said otherwise. */
export function addUser(directory: Directory, user: NewUser, random: SeededRandom): DirectoryUser {
  const { accountKey, domains, users } = directory
  const userKey = makeKey(random, accountKey, 'user')
  return users.add(userKey, {
    userId: random.uuid(`${accountKey} user id`),
    displayName: `${user.firstName} ${user.lastName}`.trim(),
    locale: 'en_US',
    timeZone: 'America/New_York',
    status: 'INVITED',
    licenseKeys: [],
    products: [],
    adminRoles: [],
    roleSetIds: [],
    inOrganization: domains.has(domainOf(user.email)),
    ...user,
    userKey,
  })
}

/** Makes a key of an account: a string of digits. */
export function makeKey(random: SeededRandom, accountKey: string, what: string): string {
  return String(2_000_000_000 + random.integer(`${accountKey} ${what}`, 7_000_000_000))
}

/** What licences give their users, each product once. */
export function productsOf({ licenses }: Directory, licenseKeys: readonly string[]): string[] {
  return [...new Set(licenseKeys.flatMap((key) => licenses.find(key)?.products ?? []))]
}
