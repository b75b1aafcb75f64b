import { type AccountBook, createAccountBook } from './accounts.ts'
import { createCarthooks, type Carthooks } from './carthooks/carthooks.ts'
import { createCarthooksOAuth } from './carthooks/carthooks-oauth.ts'
import { createFaultSchedule, type FaultSchedule } from './faults/fault-schedule.ts'
import { createFaultTargets } from './faults/fault-targets.ts'
import { createGotoAdmin } from './goto-admin/goto-admin.ts'
import { createGotoMeeting } from './goto-meeting/goto-meeting.ts'
import { createGotoScim } from './goto-scim/goto-scim.ts'
import { createGotoUsers } from './goto-users/goto-users.ts'
import { createGotoVoice, type GotoVoice } from './goto-voice/goto-voice.ts'
import { createLedger, type LedgerBook } from './ledger.ts'
import { type ClientBook, createClientBook } from './oauth/clients.ts'
import { createGrantBook, type GrantBook } from './oauth/grant-book.ts'
import type { OAuthSettings } from './oauth/oauth-context.ts'
import { createGoogleOAuth, type GoogleOAuth } from './google/google-oauth.ts'
import { createCalendarBatch } from './google-calendar/batch/calendar-batch.ts'
import { createGoogleCalendar, type GoogleCalendar } from './google-calendar/google-calendar.ts'
import { createGotoOAuth } from './goto/goto-oauth.ts'
import { createGotoTenants } from './goto/goto-tenants.ts'
import {
  checkSandboxOptions,
  createOAuthSettings,
  type SandboxOptions,
  type VendorDefaults,
} from './sandbox-options.ts'
import { type VendorId, vendorIds } from './vendor.ts'
import { createSandboxClock, type SandboxClock } from './sandbox-clock.ts'
import type { Service } from './service.ts'
import { createSeededRandom, type SeededRandom } from './seeded-random.ts'
import { type Kept, keepTogether } from './state/kept.ts'

/** Everything one sandbox knows; nothing is shared between two of them. */
export interface World extends Kept {
  readonly clock: SandboxClock
  readonly random: SeededRandom
  readonly ledger: LedgerBook
  readonly faults: FaultSchedule
  readonly accounts: AccountBook
  readonly clients: ClientBook
  readonly grants: GrantBook
  readonly settings: Readonly<Record<VendorId, OAuthSettings>>
  readonly voice: GotoVoice
  readonly google: GoogleOAuth
  readonly calendar: GoogleCalendar
  readonly carthooks: Carthooks
  /** Everything that answers, in the order in which it is asked whether a path is its own. */
  readonly services: readonly Service[]
  /** Words the faults of paths that are nobody's. */
  readonly fallback: Service
  close(): void
  isClosed(): boolean
}

export function createWorld(options: SandboxOptions): World {
  checkSandboxOptions(options)
  const clock = createSandboxClock(options.startMs)
  const random = createSeededRandom(options.seed ?? 'grantkit')
  const ledger = createLedger()
  const accounts = createAccountBook()
  const clients = createClientBook(options.clients)
  const grants = createGrantBook(random)
  const settings = createSettings(options)
  const base = { grants, clock, random }
  const goto = { ...base, accounts: accounts.of('goto'), clients: clients.of('goto'), settings: settings.goto }
  const oauth = createGotoOAuth(goto)
  const tenants = createGotoTenants(goto)
  const gotoApis = { ...base, tenants }
  const voice = createGotoVoice(gotoApis)
  const googleContext = {
    ...base,
    accounts: accounts.of('google'),
    clients: clients.of('google'),
    settings: settings.google,
  }
  const google = createGoogleOAuth(googleContext)
  const { serviceAccounts } = google
  const calendar = createGoogleCalendar({ ...googleContext, serviceAccounts })
  const carthooksContext = {
    ...base,
    accounts: accounts.of('carthooks'),
    clients: clients.of('carthooks'),
    settings: settings.carthooks,
  }
  const carthooks = createCarthooks(carthooksContext)
  const all: readonly Service[] = [
    oauth,
    voice,
    createGotoAdmin(gotoApis),
    createGotoMeeting(gotoApis),
    createGotoScim(gotoApis),
    createGotoUsers(gotoApis),
    google,
    calendar,
    createCalendarBatch(calendar),
    createCarthooksOAuth(carthooksContext),
    carthooks,
  ]
  const services = all.filter(({ vendor }) => (options.vendors ?? vendorIds).includes(vendor))
  const faults = createFaultSchedule(createFaultTargets({ services, accounts, clients }))
  const state = keepTogether({
    clock,
    random,
    ledger,
    faults,
    accounts: keepList(accounts),
    clients: keepList(clients),
    grants,
    settings: keepSettings(settings, () => createSettings(options)),
    tenants,
    serviceAccounts,
    devices: google.devices,
    calendar,
    carthooks,
  })
  let closed = false

  return {
    clock,
    random,
    ledger,
    faults,
    accounts,
    clients,
    grants,
    settings,
    voice,
    google,
    calendar,
    carthooks,
    services,
    fallback: oauth,
    save: state.save,
    load(saved) {
      for (const service of all) service.reset()
      state.load(saved)
    },
    reset() {
      for (const service of all) service.reset()
      state.reset()
    },
    close() {
      closed = true
      for (const part of [clock, ledger, faults]) part.close()
    },
    isClosed: () => closed,
  }
}

const day = 24 * 3600

/** GoTo: documented lives. Google: never a new refresh token; six months without use. Carthooks: the SDKs' README. */
const vendorDefaults: Readonly<Record<VendorId, VendorDefaults>> = {
  goto: { rotation: 'sometimes', accessTokenSeconds: 3600, refreshTokenSeconds: 30 * day },
  google: { rotation: 'none', accessTokenSeconds: 3599, refreshTokenSeconds: 182 * day },
  carthooks: { rotation: 'strict', accessTokenSeconds: day, refreshTokenSeconds: 365 * day },
}

function createSettings(options: SandboxOptions): Record<VendorId, OAuthSettings> {
  return {
    goto: createOAuthSettings(options, vendorDefaults.goto),
    google: createOAuthSettings(options, vendorDefaults.google),
    carthooks: createOAuthSettings(options, vendorDefaults.carthooks),
  }
}

/** What is added one by one, and never taken away. */
function keepList<T>(book: { list(): T[]; add(item: T): void; reset(): void }): Kept {
  return {
    save: () => book.list(),
    load(saved) {
      book.reset()
      for (const item of saved as T[]) book.add(item)
    },
    reset: () => book.reset(),
  }
}

/** Settings are changed in place: everybody holds them. */
function keepSettings(settings: Record<VendorId, OAuthSettings>, first: () => typeof settings): Kept {
  const load = (saved: unknown): void => {
    for (const vendor of vendorIds) Object.assign(settings[vendor], (saved as typeof settings)[vendor])
  }
  return { save: () => settings, load, reset: () => load(first()) }
}
