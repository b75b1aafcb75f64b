import { randomBytes } from 'node:crypto'
import type { Clock, Store } from '@grantkit/auth-core'
import { createRecords } from './records.ts'
import { createSecret, hashSecret, isSameHash } from './secret-token.ts'

/** Who calls: an operator of the gateway, or one tenant. */
export type Caller = { readonly keyId: string } & (
  | { readonly role: 'operator' }
  | { readonly role: 'tenant'; readonly tenant: string }
)

/** What is stored of an API key: enough to recognise it, not enough to use it. */
export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly hash: string
  readonly role: 'operator' | 'tenant'
  readonly tenant?: string
  readonly createdAtMs: number
  readonly expiresAtMs?: number
}

export type NewApiKey = Pick<ApiKey, 'name' | 'expiresAtMs'> &
  ({ readonly role: 'operator' } | { readonly role: 'tenant'; readonly tenant: string })

export interface ApiKeys {
  /** Makes a key; `token` is shown this once. */
  create(key: NewApiKey): Promise<{ key: ApiKey; token: string }>
  /** Gives who calls with this token; nobody for one that is unknown, revoked or expired. */
  callerOf(token: string): Promise<Caller | undefined>
  /** Tells whether a key is neither revoked nor expired. */
  isLive(id: string): Promise<boolean>
  revoke(id: string): Promise<boolean>
  list(): Promise<readonly ApiKey[]>
}

const tokenPattern = /^gk_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/

export function createApiKeys({ store, clock }: { store: Store; clock: Pick<Clock, 'wallMs'> }): ApiKeys {
  const keys = createRecords<ApiKey>(store, 'api-key')

  const isExpired = ({ expiresAtMs }: ApiKey): boolean => expiresAtMs !== undefined && expiresAtMs <= clock.wallMs()

  return {
    async create(wanted) {
      const id = randomBytes(6).toString('hex')
      const secret = createSecret()
      const key: ApiKey = { id, ...wanted, hash: hashSecret(secret), createdAtMs: clock.wallMs() }
      await keys.create([id], key)
      return { key, token: `gk_${id}_${secret}` }
    },
    async callerOf(token) {
      const [, id, secret] = tokenPattern.exec(token) ?? []
      if (id === undefined || secret === undefined) return undefined
      const key = (await keys.get(id))?.record
      if (key === undefined || !isSameHash(key.hash, hashSecret(secret))) return undefined
      if (isExpired(key)) return undefined
      if (key.role === 'operator') return { keyId: id, role: 'operator' }
      return key.tenant === undefined ? undefined : { keyId: id, role: 'tenant', tenant: key.tenant }
    },
    async isLive(id) {
      const key = (await keys.get(id))?.record
      return key !== undefined && !isExpired(key)
    },
    revoke: (id) => keys.remove(id),
    list: () => keys.list(),
  }
}
