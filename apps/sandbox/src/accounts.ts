import { checkKeys, checkText } from './check-option.ts'
import { SandboxError } from './sandbox-error.ts'

/** A person who can sign in, and the vendor account they belong to. */
export interface SandboxAccount {
  /** The vendor's key of the account, a string of digits. */
  readonly accountKey: string
  /** The login e-mail; names the person on the consent page and in token answers. */
  readonly principal: string
  readonly name?: string
  /** Whether the person may use what GoTo keeps for admins. Default true. */
  readonly admin?: boolean
}

export interface AccountBook {
  list(): SandboxAccount[]
  add(account: SandboxAccount): SandboxAccount
  /** Finds by login e-mail, or by account key (then its first person). */
  find(name: string): SandboxAccount | undefined
  require(name: string): SandboxAccount
  reset(): void
}

/** The account of the default seed. */
export const seedAccounts: readonly SandboxAccount[] = [
  { accountKey: '1234567890', principal: 'ada.example@example.com', name: 'Ada Example', admin: true },
]

export function createAccountBook(): AccountBook {
  let accounts: SandboxAccount[] = [...seedAccounts]

  const find = (name: string): SandboxAccount | undefined =>
    accounts.find((account) => account.principal === name) ?? accounts.find((account) => account.accountKey === name)

  return {
    list: () => [...accounts],
    find,
    add(account) {
      checkKeys(account, ['accountKey', 'principal', 'name', 'admin'], 'account')
      checkText(account.principal, 'account.principal')
      if (!/^\d{1,19}$/.test(account.accountKey)) {
        throw new SandboxError('invalid_option', 'account.accountKey must be a string of digits.')
      }
      accounts = [...accounts.filter((other) => other.principal !== account.principal), account]
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
