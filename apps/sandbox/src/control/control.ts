import type { SandboxAccount } from '../accounts.ts'
import type { CarthooksSnapshot } from '../carthooks/carthooks-tenants.ts'
import { checkKeys, checkOneOf } from '../check-option.ts'
import type { FaultControl } from '../faults/fault-schedule.ts'
import type { AddedItems, AddItems, VoiceSnapshot } from '../goto-voice/phone-systems.ts'
import type { Ledger } from '../ledger.ts'
import type { AddEvents } from '../google-calendar/add-events.ts'
import type { SandboxServiceAccount } from '../google/google-service-accounts.ts'
import type { SandboxClient } from '../oauth/clients.ts'
import { describeGrants, type GrantSummary } from '../oauth/describe-grants.ts'
import type { GrantMatch } from '../oauth/grant-book.ts'
import { checkRotation, type Rotation } from '../rotation.ts'
import { type VendorId, vendorIds } from '../vendor.ts'
import type { World } from '../world.ts'

export interface RotationChange {
  readonly rotation: Rotation
  /** Changes one client. Default: the vendors' own setting, which holds for clients without one. */
  readonly clientId?: string
  /** Changes one vendor. Default: all. */
  readonly vendor?: VendorId
}

/** Moves the sandbox from outside, as no client of the vendor can. */
export interface SandboxControl {
  readonly clock: {
    nowMs(): number
    /** Moves the time forward and returns the new time. */
    advance(byMs: number): number
  }
  readonly faults: FaultControl
  readonly ledger: Ledger
  readonly clients: {
    /** Lists the registrations, without their secrets. */
    list(): Omit<SandboxClient, 'secret'>[]
    /** Registers a client; one with the same id is replaced. */
    add(client: SandboxClient): void
  }
  readonly accounts: {
    /** Lists the people, without their passwords and second factors. */
    list(): Omit<SandboxAccount, AccountSecret>[]
    /** Adds a person; a new account key comes with a phone system of its own. */
    add(account: SandboxAccount): void
  }
  readonly grants: {
    /** Lists what was given out, with the state of every token; tokens stand there as keyed hashes only. */
    list(): GrantSummary[]
  }
  readonly voice: {
    addExtensions(what: AddItems): AddedItems
    addCallQueues(what: AddItems): AddedItems
    /** Everything the phone system of an account holds. Default: the account of the seed. */
    snapshot(accountKey?: string): VoiceSnapshot
  }
  readonly google: {
    /** Registers a service account; one with the same e-mail address is replaced. */
    addServiceAccount(account: SandboxServiceAccount): void
    /** Adds events of an hour each to somebody's primary calendar. Default: the first person's. */
    addEvents(what: AddEvents): AddedItems
    /** Lets all sync tokens age: the next call with one is answered 410 `fullSyncRequired`. */
    expireSyncTokens(): void
    /** Makes the next so many pages of lists that are not empty come empty, with a token for the next page. */
    addEmptyPages(count: number): void
  }
  readonly carthooks: {
    /** Signs a person in to the vendor's front end and returns the user token it holds then. Default: the first account. */
    createUserToken(account?: string): string
    /** Everything a tenant holds, by the key of its account. Default: the tenant of the seed. */
    snapshot(accountKey?: string): CarthooksSnapshot
  }
  /** Lets access tokens expire now. Returns how many were alive. */
  expireAccessTokens(match?: GrantMatch): number
  /** Ends grants, as a person does who withdraws consent. Returns how many were alive. */
  revokeGrant(match?: GrantMatch): number
  setRotation(change: RotationChange | Rotation): Rotation
  /** Puts everything back to the start, the clock included; held calls go on. */
  reset(): void
}

const grantMatchKeys = ['account', 'clientId', 'family', 'vendor']

export function createControl(world: World): SandboxControl {
  const { clock, faults, ledger, clients, accounts, grants, settings, voice } = world

  function checkMatch(match: GrantMatch): GrantMatch {
    checkKeys(match, grantMatchKeys, 'The match')
    if (match.account !== undefined) accounts.require(match.account)
    if (match.clientId !== undefined) clients.require(match.clientId)
    return match
  }

  function setRotation(change: RotationChange | Rotation): Rotation {
    if (typeof change !== 'object' || 'grace' in change) return setRotation({ rotation: change })
    checkKeys(change, ['rotation', 'clientId', 'vendor'], 'The rotation change')
    if (change.vendor !== undefined) checkOneOf(change.vendor, vendorIds, 'vendor')
    const rotation = checkRotation(change.rotation)
    if (change.clientId !== undefined) clients.add({ ...clients.require(change.clientId), rotation })
    else for (const vendor of vendorIds) if ((change.vendor ?? vendor) === vendor) settings[vendor].rotation = rotation
    return rotation
  }

  return {
    clock: { nowMs: () => clock.nowMs(), advance: (byMs) => clock.advance(byMs) },
    faults: {
      add: (fault) => faults.add(fault),
      clear: (id) => faults.clear(id),
      pending: () => faults.pending(),
      release: (id) => faults.release(id),
    },
    ledger: {
      entries: (match) => ledger.entries(match),
      summary: (match) => ledger.summary(match),
      waitFor: (match, timeoutMs) => ledger.waitFor(match, timeoutMs),
    },
    clients: { list: () => clients.list().map(withoutSecret), add: (client) => void clients.add(client) },
    accounts: { list: () => accounts.list().map(withoutSecrets), add: (account) => void accounts.add(account) },
    grants: { list: () => describeGrants(grants, clock.nowMs()) },
    voice: {
      addExtensions: (what) => voice.addExtensions(what),
      addCallQueues: (what) => voice.addCallQueues(what),
      snapshot: (accountKey) => voice.snapshot(accountKey),
    },
    google: {
      addServiceAccount: (account) => world.google.serviceAccounts.add(account),
      addEvents: (what) => ({ ids: world.calendar.addEvents(what) }),
      expireSyncTokens: () => world.calendar.expireSyncTokens(),
      addEmptyPages: (count) => world.calendar.addEmptyPages(count),
    },
    carthooks: {
      createUserToken: (account) => world.carthooks.createUserToken(account),
      snapshot: (accountKey) => world.carthooks.snapshot(accountKey),
    },
    expireAccessTokens: (match = {}) => grants.expireAccessTokens(checkMatch(match), clock.nowMs()),
    revokeGrant: (match = {}) => grants.revoke(checkMatch(match)),
    setRotation,
    reset: () => world.reset(),
  }
}

type AccountSecret = 'password' | 'totpSecret'

function withoutSecrets(account: SandboxAccount): Omit<SandboxAccount, AccountSecret> {
  const { password: _password, totpSecret: _totpSecret, ...shown } = account
  return shown
}

function withoutSecret(client: SandboxClient): Omit<SandboxClient, 'secret'> {
  const copy: { secret?: string } & SandboxClient = { ...client }
  delete copy.secret
  return copy
}
