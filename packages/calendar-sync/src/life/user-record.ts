/** Why nothing of a user is sent for now. */
export type WaitReason =
  /** Nothing is connected. */
  | 'not_connected'
  /** Google has ended the grant: the person has to sign in again. Then everything goes on by itself. */
  | 'reconnect'
  /** The person allowed less than `calendar.events`. */
  | 'missing_scope'
  /** Another calendar is behind the connection than the one that was written to: see `startOver`. */
  | 'account_changed'
  /** Google asks for fewer requests. */
  | 'rate_limited'
  /** Google's abuse limits, or the quota of a day: hours. */
  | 'quota'
  /** The app's registration at Google, or its options, are at fault. */
  | 'configuration'
  /** No token could be had for now. */
  | 'unavailable'

export interface Wait {
  readonly reason: WaitReason
  /** Google's reason, or the code of an error. */
  readonly code: string
  /** When it is tried again, by the store's clock. */
  readonly untilMs: number
}

/** What the store keeps for a user. */
export interface UserRecord {
  readonly wait?: Wait
  /** Somebody has signed in: before anything is written it is looked whose calendar this is. */
  readonly isUnverified?: true
  readonly lastSuccessMs?: number
}

export function withWait(record: UserRecord | undefined, wait: Wait | undefined): UserRecord {
  const { wait: _, ...rest } = record ?? {}
  return wait === undefined ? rest : { ...rest, wait }
}
