import type { Store } from '@grantkit/auth-core'
import { createRecords, idPattern } from '../model/records.ts'
import type { AuditEvent } from './audit-event.ts'
import { entryAfter, type ChainEntry, type ChainOnRecord, type Link } from './chain.ts'

/** Whose chain it is: a tenant's, or that of what operators do beyond tenants. */
export type ChainName = readonly ['tenant', string] | readonly ['gateway']

/** The chains of events in a store. Any number of processes may append to one. */
export interface Trail {
  /** Writes events down at the end of a chain, and gives the new end. */
  append(chain: ChainName, events: readonly AuditEvent[]): Promise<Link>
  read(chain: ChainName): Promise<Omit<ChainOnRecord, 'anchors'>>
  chains(): Promise<readonly ChainName[]>
}

const digits = 10
const roundsAtMost = 1_000

export function createTrail(store: Store, { keptMs }: { readonly keptMs: number }): Trail {
  const entries = createRecords<ChainEntry>(store, 'audit')
  const heads = createRecords<Link>(store, 'audit-head')

  async function append(chain: ChainName, events: readonly AuditEvent[]): Promise<Link> {
    let head = (await heads.get(...chain))?.record
    for (let round = 0; round < roundsAtMost; round++) {
      const keptUntilMs = (await entries.nowMs(...chain)) + keptMs
      const entry = entryAfter(head, events, keptUntilMs)
      if (await entries.create(ids(chain, entry.seq), entry, { expiresInMs: keptMs })) {
        await note(chain, entry)
        return entry
      }
      // Another process was there first, or ended before it had noted the head.
      head = (await entries.get(...ids(chain, entry.seq)))?.record ?? head
    }
    throw new Error('Others keep writing to this audit chain.')
  }

  async function note(chain: ChainName, { seq, hash, keptUntilMs }: Link): Promise<void> {
    await heads.put(chain, (stored) => (stored !== undefined && stored.seq > seq ? stored : { seq, hash, keptUntilMs }))
  }

  return {
    append,
    async read(chain) {
      // First: what is appended meanwhile comes after it.
      const head = (await heads.get(...chain))?.record
      const found = []
      for (const name of (await entries.names(...chain)).toSorted()) {
        // What cannot be opened is told of, not thrown.
        const entry = await entries.get(...chain, name).catch(() => ({ record: undefined }))
        if (entry !== undefined) found.push({ seq: Number(name), entry: entry.record })
      }
      return { entries: found, head, nowMs: await entries.nowMs(...chain) }
    },
    async chains() {
      const tenants = (await heads.names('tenant')).toSorted().map((tenant) => ['tenant', tenant] as const)
      return (await heads.get('gateway')) === undefined ? tenants : [['gateway'], ...tenants]
    },
  }
}

function ids(chain: ChainName, seq: number): string[] {
  return [...chain, String(seq).padStart(digits, '0')]
}

/** Where an event belongs; nowhere, if nobody was recognised: strangers must not fill the store. */
export function chainOf({ tenant, keyId, route }: AuditEvent): ChainName | undefined {
  if (tenant !== undefined && idPattern.test(tenant)) return ['tenant', tenant]
  return keyId !== undefined || route?.startsWith('command ') ? ['gateway'] : undefined
}
