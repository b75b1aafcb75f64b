import type { SandboxAccount, VendorAccounts } from '../accounts.ts'
import { addUser, type Directory, type DirectoryUser, domainOf, findByEmail } from '../goto-directory/directory.ts'
import { seedDirectory } from '../goto-directory/seed-directory.ts'
import { type MeetingBook, seedMeetings } from '../goto-meeting/meeting-book.ts'
import { forgetUser, type PhoneSystem } from '../goto-voice/phone-system.ts'
import { seedPhoneSystem } from '../goto-voice/seed-phone-system.ts'
import type { SandboxClock } from '../sandbox-clock.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { Kept } from '../state/kept.ts'

/** Everything GoTo keeps for one account, whichever API shows it. */
export interface GotoTenant {
  readonly accountKey: string
  readonly directory: Directory
  readonly system: PhoneSystem
  readonly meetings: MeetingBook
  /** Keys of the users who signed in, by their logins: an address may change while a token lives. */
  readonly signedIn: Map<string, string>
}

/** All accounts at GoTo, each filled when it is first asked for. */
export interface GotoTenants extends Kept {
  of(accountKey: string): GotoTenant
  /** The account of that key, or the first one; fails with `unknown_account`. */
  ofKnown(accountKey?: string): GotoTenant
  /** The user that a signed-in person is. One the account does not have is added; one who was deleted is not. */
  personOf(account: SandboxAccount): DirectoryUser | undefined
}

export interface TenantsContext {
  readonly accounts: VendorAccounts
  readonly clock: SandboxClock
  readonly random: SeededRandom
}

export function createGotoTenants({ accounts, clock, random }: TenantsContext): GotoTenants {
  let tenants = new Map<string, GotoTenant>()

  function create(accountKey: string): GotoTenant {
    const own = accounts.list().filter((account) => account.accountKey === accountKey)
    const domains = own.map(({ principal }) => domainOf(principal))
    const directory = seedDirectory(accountKey, domains, random)
    const system = seedPhoneSystem(directory, random)
    const meetings = seedMeetings(directory, random, clock.nowMs())
    return { accountKey, directory, system, meetings, signedIn: new Map() }
  }

  function of(accountKey: string): GotoTenant {
    const tenant = tenants.get(accountKey) ?? create(accountKey)
    tenants.set(accountKey, tenant)
    return tenant
  }

  function addPerson(
    directory: Directory,
    { principal, name = principal, admin = true }: SandboxAccount,
  ): DirectoryUser {
    const [firstName = '', ...others] = name.split(' ')
    const person = { email: principal, firstName, lastName: others.join(' '), createdMs: clock.nowMs() }
    return addUser(directory, { ...person, status: 'ACTIVE', adminRoles: admin ? ['SUPER_USER'] : [] }, random)
  }

  return {
    of,
    ofKnown(accountKey = accounts.list()[0]?.accountKey ?? '') {
      if (accounts.list().some((account) => account.accountKey === accountKey)) return of(accountKey)
      throw new SandboxError('unknown_account', `No account "${accountKey}" here. Add it with accounts.add.`)
    },
    personOf(account) {
      const { directory, signedIn } = of(account.accountKey)
      const login = account.principal.toLowerCase()
      const known = signedIn.get(login)
      if (known !== undefined) return directory.users.find(known)
      if (directory.formerUsers.has(login)) return undefined
      const person = findByEmail(directory, login) ?? addPerson(directory, account)
      signedIn.set(login, person.userKey)
      return person
    },
    save: () => tenants,
    load(saved) {
      tenants = saved as typeof tenants
    },
    reset() {
      tenants = new Map()
    },
  }
}

/** Deletes a user from the account, and with it from everything that refers to people. */
export function deleteUser({ directory, system }: GotoTenant, { userKey, email }: DirectoryUser): void {
  const user = directory.users.find(userKey)
  if (user === undefined) return
  directory.users.remove(userKey)
  directory.formerUsers.set(email.toLowerCase(), user)
  for (const group of directory.organizationGroups.values()) {
    const members = group.members.filter(({ value }) => value !== userKey)
    directory.organizationGroups.replace(group.groupKey, { ...group, members })
  }
  forgetUser(system, userKey)
}
