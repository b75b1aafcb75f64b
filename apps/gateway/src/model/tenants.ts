import type { Store } from '@grantkit/auth-core'
import { createRecords, type Records } from './records.ts'

/** A customer of the gateway, with apps and connections that nobody else sees. */
export interface Tenant {
  readonly id: string
  readonly name: string
  /** Requests beyond the operations of the specs are forwarded, too. */
  readonly passThrough: boolean
  /** How large a forwarded body may be. Absent: as large as it likes. */
  readonly maxBodyBytes?: number
  readonly createdAtMs: number
}

export const providerIds = ['goto', 'google', 'carthooks'] as const
export type ProviderId = (typeof providerIds)[number]

/** A tenant's registration as a client of one provider. Its connection is stored by auth-core. */
export interface TenantApp {
  readonly tenant: string
  readonly id: string
  readonly provider: ProviderId
  readonly clientId: string
  /** Absent for a public client. */
  readonly clientSecret?: string
  /** The provider's instance, where it has several. Absent: the one that everybody uses. */
  readonly baseUrl?: string
  /** What a person is asked for. Absent: the provider's default. */
  readonly scopes?: readonly string[]
  /** The account that requests are about where they name none. */
  readonly accountKey?: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

export interface Tenants {
  readonly tenants: Records<Tenant>
  readonly apps: Records<TenantApp>
}

export function createTenants(store: Store): Tenants {
  return { tenants: createRecords(store, 'tenant'), apps: createRecords(store, 'app') }
}
