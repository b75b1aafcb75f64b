import type { Account } from './account.ts'

/** The accounts of one client that this process knows. */
export interface Accounts {
  get(key: string, open: () => Account): Account
  /** Keeps an account as long as it has something to do, whoever else holds it. */
  hold(account: Account): void
  all(): Account[]
}

const fewAccounts = 1_000

/**
 * Creates an empty set of accounts. Those with nothing to do live only as long as the app holds their connection: a
 * program may see any number of people in its life. They are looked for each time those held have doubled.
 */
export function createAccounts(): Accounts {
  const known = new Map<string, WeakRef<Account>>()
  const held = new Set<Account>()
  let limit = fewAccounts

  function sweep(): void {
    for (const account of held) if (account.isIdle()) held.delete(account)
    for (const [key, account] of known) if (account.deref() === undefined) known.delete(key)
    limit = Math.max(fewAccounts, held.size * 2)
  }

  function hold(account: Account): void {
    held.add(account)
    if (held.size > limit) sweep()
  }

  return {
    get(key, open) {
      const there = known.get(key)?.deref()
      const account = there ?? open()
      if (there === undefined) known.set(key, new WeakRef(account))
      hold(account)
      return account
    },
    hold,
    all: () => [...known.values()].flatMap((account) => account.deref() ?? []),
  }
}
