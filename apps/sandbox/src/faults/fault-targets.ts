import type { AccountBook } from '../accounts.ts'
import type { LedgerEntry } from '../ledger.ts'
import type { ClientBook } from '../oauth/clients.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { Service } from '../service.ts'
import { onlyKinds } from './check-fault.ts'
import type { Fault, FaultMatch } from './fault.ts'

/** What a fault can strike. */
export interface FaultTargets {
  /** Refuses a fault that could never strike, with `fault_matches_nothing`. */
  check(fault: Fault): void
  fits(fault: Fault, entry: LedgerEntry): boolean
}

export interface FaultTargetsContext {
  readonly services: readonly Service[]
  readonly accounts: AccountBook
  readonly clients: ClientBook
}

type LooseMatch = { readonly [K in keyof FaultMatch]?: FaultMatch[K] | undefined }

export function createFaultTargets({ services, accounts, clients }: FaultTargetsContext): FaultTargets {
  /** Whether any call could fit what a match says of where it goes. */
  function hasCall({ vendor, kind, api, operation, path }: LooseMatch, only?: readonly string[]): boolean {
    if (kind === 'unknown') return operation === undefined && api === undefined
    return services.some(
      (service) =>
        (vendor ?? service.vendor) === service.vendor &&
        (api ?? service.api) === service.api &&
        (path === undefined || service.hasPath(path)) &&
        service.operations.some(
          (each) =>
            (kind ?? each.kind) === each.kind &&
            (operation ?? each.operation) === each.operation &&
            (only?.includes(each.kind) ?? true),
        ),
    )
  }

  function check(fault: Fault): void {
    const { vendor, kind, api, operation, path, account, clientId } = fault.match
    const apiVendor = services.find((service) => api !== undefined && service.api === api)?.vendor
    const at = vendor ?? apiVendor
    for (const single of [{ kind }, { api }, { operation }, { path }]) {
      if (!hasCall(single)) throw nothing(describe(single))
    }
    if (!hasCall(fault.match)) throw nothing(`${describe({ vendor, kind, api, operation, path })} in one`)
    if (!hasCall(fault.match, onlyKinds(fault))) {
      throw nothing(`such call of kind ${onlyKinds(fault)?.join(' or ')}, which alone "${fault.type}" strikes,`)
    }
    const people = at === undefined ? accounts : accounts.of(at)
    if (account !== undefined && people.find(account) === undefined) throw nothing(describe({ account, vendor: at }))
    const registered = at === undefined ? clients : clients.of(at)
    if (clientId !== undefined && registered.find(clientId) === undefined) {
      throw nothing(describe({ clientId, vendor: at }))
    }
  }

  function isOf(accountKey: string | undefined, wanted: string): boolean {
    return accounts
      .list()
      .some((each) => each.accountKey === accountKey && [each.accountKey, each.principal].includes(wanted))
  }

  function fits(fault: Fault, entry: LedgerEntry): boolean {
    const { path, account, ...equal } = fault.match
    if (onlyKinds(fault)?.includes(entry.kind) === false) return false
    if (path !== undefined && !services.some((service) => service.pathFits(entry.path, path))) return false
    if (account !== undefined && !isOf(entry.account, account)) return false
    return Object.entries(equal).every(
      ([name, wanted]) => wanted === undefined || entry[name as keyof typeof equal] === wanted,
    )
  }

  return { check, fits }
}

function describe(match: LooseMatch): string {
  const named = Object.entries(match).filter(([, value]) => value !== undefined)
  return named.map(([name, value]) => `${name} "${value}"`).join(', ')
}

function nothing(what: string): SandboxError {
  return new SandboxError('fault_matches_nothing', `No ${what} here, so the fault would never strike.`)
}
