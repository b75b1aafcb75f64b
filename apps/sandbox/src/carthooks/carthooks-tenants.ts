import type { SandboxAccount, VendorAccounts } from '../accounts.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { Kept } from '../state/kept.ts'
import { type CarthooksTenant, type CarthooksUser, openTenant, type TenantThings, thingsOf } from './carthooks-state.ts'
import { seedTenant } from './seed-tenant.ts'

/** What a tenant holds, as plain JSON. */
export interface CarthooksSnapshot {
  readonly tenantId: number
  readonly users: readonly CarthooksUser[]
  readonly apps: readonly {
    readonly id: number
    readonly name: string
    readonly collections: readonly { readonly id: number; readonly name: string; readonly itemIds: readonly number[] }[]
    readonly connectionIds: readonly number[]
  }[]
  readonly watches: readonly { readonly name: string; readonly collectionId: number; readonly untilMs: number }[]
}

/** All tenants, each filled when it is first asked for. The key of an account is the id of its tenant. */
export interface CarthooksTenants extends Kept {
  of(accountKey: string): CarthooksTenant
  /** The user that a person is; one the tenant does not have is added. */
  personOf(account: SandboxAccount): CarthooksUser
  snapshot(accountKey?: string): CarthooksSnapshot
}

export function createCarthooksTenants(accounts: VendorAccounts, random: SeededRandom): CarthooksTenants {
  const tenants = new Map<string, CarthooksTenant>()

  function of(accountKey: string): CarthooksTenant {
    const tenant = tenants.get(accountKey) ?? seedTenant(Number(accountKey), random)
    tenants.set(accountKey, tenant)
    return tenant
  }

  return {
    of,
    personOf({ accountKey, principal: email, name = email }) {
      const tenant = of(accountKey)
      const known = tenant.users.values().find((user) => user.email === email)
      if (known !== undefined) return known
      const id = tenant.nextId('user')
      return tenant.users.add(String(id), { id, name, email })
    },
    snapshot(accountKey = accounts.list()[0]?.accountKey ?? '') {
      if (!accounts.list().some((account) => account.accountKey === accountKey)) {
        throw new SandboxError('unknown_account', `No account "${accountKey}" here. Add it with accounts.add.`)
      }
      return structuredClone(takeSnapshot(of(accountKey)))
    },
    save: () => Array.from(tenants, ([key, tenant]) => [key, thingsOf(tenant)]),
    load(saved) {
      tenants.clear()
      for (const [key, things] of saved as [string, TenantThings][]) tenants.set(key, openTenant(things, random))
    },
    reset: () => tenants.clear(),
  }
}

function takeSnapshot({ id, users, apps, watches }: CarthooksTenant): CarthooksSnapshot {
  return {
    tenantId: id,
    users: users.values(),
    apps: apps.values().map((app) => ({
      id: app.id,
      name: app.name,
      collections: app.collections.values().map((collection) => ({
        id: collection.id,
        name: collection.name,
        itemIds: collection.items.values().map((item) => item.id),
      })),
      connectionIds: app.connections.values().map((connection) => connection.id),
    })),
    watches: watches.values().map(({ name, collectionId, untilMs }) => ({ name, collectionId, untilMs })),
  }
}
