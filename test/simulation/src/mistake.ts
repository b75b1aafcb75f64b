import type { Clock, Connection, Fetch, Store, Times } from '@grantkit/auth-core'

/** What a process works with. */
export interface Ports {
  readonly store: Store
  readonly fetch: Fetch
  readonly clock: Clock
}

/** Something that every process does wrong on purpose, to show that the checker sees it. */
export interface Mistake {
  readonly times?: Partial<Times>
  store?(store: Store, clock: Clock): Store
  fetch?(fetch: Fetch, clock: Clock): Fetch
  clock?(clock: Clock): Clock
  connection?(connection: Connection, ports: Ports): Connection
}
