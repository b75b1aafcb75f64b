import { checkKeys, checkOneOf, checkText } from './check-option.ts'
import { isTotpSecret } from './oauth/totp.ts'
import { SandboxError } from './sandbox-error.ts'
import { type VendorId, vendorIds, vendorOf } from './vendor.ts'

/** A person who can sign in, and the vendor account they belong to. */
export interface SandboxAccount {
  /** Default `goto`. */
  readonly vendor?: VendorId
  /** The vendor's key of the account, a string of digits. */
  readonly accountKey: string
  /** The login e-mail; names the person on the consent page and in token answers. */
  readonly principal: string
  readonly name?: string
  /** What the person types to sign in. Default: nothing, as if already signed in on this computer. */
  readonly password?: string
  /** Secret of the second factor of RFC 6238, base32 without padding. Default: there is no second factor. */
  readonly totpSecret?: string
  /** Whether the person may use what GoTo keeps for admins. Default true. */
  readonly admin?: boolean
  /** GoTo only: what the person may do in the organisation, through SCIM. Default: everything for an admin, else nothing. */
  readonly organizationRoles?: readonly OrganizationRole[]
}

const organizationRoles = ['ROLE_ORG_READ', 'ROLE_ORG_WRITE'] as const

export type OrganizationRole = (typeof organizationRoles)[number]

const accountKeys = [
  'vendor',
  'accountKey',
  'principal',
  'name',
  'password',
  'totpSecret',
  'admin',
  'organizationRoles',
]

/** The accounts of one vendor. */
export interface VendorAccounts {
  list(): SandboxAccount[]
  /** Finds by login e-mail, or by account key (then its first person). */
  find(name: string): SandboxAccount | undefined
  /** The person, where there is only one. */
  only(): SandboxAccount | undefined
}

/** The accounts of all vendors. */
export interface AccountBook extends VendorAccounts {
  of(vendor: VendorId): VendorAccounts
  add(account: SandboxAccount): SandboxAccount
  require(name: string): SandboxAccount
  reset(): void
}

/** The accounts of the default seed. */
const seedAccounts: readonly SandboxAccount[] = [
  { accountKey: '1234567890', principal: 'ada.example@example.com', name: 'Ada Example', admin: true },
  {
    vendor: 'google',
    accountKey: '100000000000000000001',
    principal: 'ada.example@example.com',
    name: 'Ada Example',
  },
  // The id of a tenant.
  { vendor: 'carthooks', accountKey: '2147490001', principal: 'ada.example@example.com', name: 'Ada Example' },
]

export function createAccountBook(): AccountBook {
  let accounts: SandboxAccount[] = [...seedAccounts]
  const list = (vendor?: VendorId): SandboxAccount[] =>
    accounts.filter((account) => vendor === undefined || vendorOf(account) === vendor)

  function only(vendor?: VendorId): SandboxAccount | undefined {
    const [first, ...others] = list(vendor)
    return others.length === 0 ? first : undefined
  }

  function find(name: string, vendor?: VendorId): SandboxAccount | undefined {
    const own = list(vendor)
    return own.find((account) => account.principal === name) ?? own.find((account) => account.accountKey === name)
  }

  return {
    list: () => list(),
    find: (name) => find(name),
    only: () => only(),
    of: (vendor) => ({
      list: () => list(vendor),
      find: (name) => find(name, vendor),
      only: () => only(vendor),
    }),
    add(account) {
      checkKeys(account, accountKeys, 'account')
      for (const role of account.organizationRoles ?? []) {
        checkOneOf(role, organizationRoles, 'account.organizationRoles')
      }
      if (account.vendor !== undefined) checkOneOf(account.vendor, vendorIds, 'account.vendor')
      checkText(account.principal, 'account.principal')
      if (account.password !== undefined) checkText(account.password, 'account.password')
      if (account.totpSecret !== undefined && !isTotpSecret(account.totpSecret)) {
        throw new SandboxError(
          'invalid_option',
          'account.totpSecret must be base32 without padding, 16 letters or more.',
        )
      }
      // Google's keys of people have 21 digits.
      if (!/^\d{1,21}$/.test(account.accountKey)) {
        throw new SandboxError('invalid_option', 'account.accountKey must be a string of digits.')
      }
      const isSame = (other: SandboxAccount): boolean =>
        other.principal === account.principal && vendorOf(other) === vendorOf(account)
      accounts = [...accounts.filter((other) => !isSame(other)), account]
      return account
    },
    require(name) {
      const account = find(name)
      if (account !== undefined) return account
      const known = accounts.map((each) => each.principal).join(', ')
      throw new SandboxError('unknown_account', `No account "${name}" here. Known: ${known}. Add it with accounts.add.`)
    },
    reset() {
      accounts = [...seedAccounts]
    },
  }
}
