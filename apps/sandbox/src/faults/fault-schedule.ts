import type { LedgerEntry } from '../ledger.ts'
import { SandboxError } from '../sandbox-error.ts'
import { callKinds, checkFault, type Fault, type FaultMatch, onlyKind, type PendingFault } from './fault.ts'

/** What exists in the sandbox, to refuse faults that could never strike. */
export interface FaultTargets {
  readonly hasApi: (api: string) => boolean
  /** In one API, or in any. */
  readonly hasOperation: (operation: string, api?: string) => boolean
  readonly hasPath: (path: string) => boolean
  readonly hasAccount: (account: string) => boolean
  readonly hasClient: (clientId: string) => boolean
  /** Whether a path is the one, or fits the template, that a match names. */
  readonly pathFits: (path: string, wanted: string) => boolean
  readonly accountFits: (account: string, wanted: string) => boolean
}

export interface FaultControl {
  /** Adds a fault and returns its id. Faults are tried in the order in which they were added. */
  add(fault: Fault): string
  /** Removes one fault, or all; held calls go on. */
  clear(id?: string): void
  pending(): PendingFault[]
  /** Lets the calls go on that the fault holds now. Returns how many. */
  release(id: string): number
}

export interface StruckFault {
  readonly id: string
  readonly fault: Fault
  /** Resolves when the held call may go on. */
  hold(): Promise<void>
}

export interface FaultSchedule extends FaultControl {
  /** Finds the fault for a call and uses it up by one. */
  take(entry: LedgerEntry): StruckFault | undefined
  reset(): void
}

interface ScheduledFault {
  readonly id: string
  readonly fault: Fault
  remaining: number
  toSkip: number
  readonly held: Set<() => void>
}

export function createFaultSchedule(targets: FaultTargets): FaultSchedule {
  const scheduled = new Map<string, ScheduledFault>()
  let added = 0

  function add(fault: Fault): string {
    checkFault(fault)
    checkTargets(fault, targets)
    added += 1
    const id = `fault-${added}`
    const remaining = fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1)
    scheduled.set(id, { id, fault: structuredClone(fault), remaining, toSkip: fault.skip ?? 0, held: new Set() })
    return id
  }

  function take(entry: LedgerEntry): StruckFault | undefined {
    for (const each of scheduled.values()) {
      if (each.remaining <= 0 || !fits(each.fault, entry, targets)) continue
      if (each.toSkip > 0) {
        each.toSkip -= 1
        continue
      }
      each.remaining -= 1
      const hold = (): Promise<void> => new Promise((resolve) => each.held.add(resolve))
      return { id: each.id, fault: each.fault, hold }
    }
    return undefined
  }

  function clear(id?: string): void {
    const cleared = id === undefined ? [...scheduled.values()] : [require(id)]
    for (const each of cleared) {
      letGo(each)
      scheduled.delete(each.id)
    }
  }

  function require(id: string): ScheduledFault {
    const found = scheduled.get(id)
    if (found !== undefined) return found
    throw new SandboxError(
      'unknown_fault',
      `No fault "${id}" here. Known: ${[...scheduled.keys()].join(', ') || 'none'}.`,
    )
  }

  return {
    add,
    take,
    clear,
    release: (id) => letGo(require(id)),
    pending: () => [...scheduled.values()].filter((each) => each.remaining > 0 || each.held.size > 0).map(show),
    reset() {
      clear()
      added = 0
    },
  }
}

function show({ id, fault, remaining, held }: ScheduledFault): PendingFault {
  return { id, fault, remaining: Number.isFinite(remaining) ? remaining : 'always', held: held.size }
}

function letGo({ held }: ScheduledFault): number {
  const waiting = [...held]
  held.clear()
  for (const go of waiting) go()
  return waiting.length
}

function fits(fault: Fault, entry: LedgerEntry, targets: FaultTargets): boolean {
  const { vendor, kind, api, operation, path, account, clientId, grantType } = fault.match
  const only = onlyKind(fault)
  if (only !== undefined && entry.kind !== only) return false
  if (vendor !== undefined && entry.vendor !== vendor) return false
  if (kind !== undefined && entry.kind !== kind) return false
  if (api !== undefined && entry.api !== api) return false
  if (operation !== undefined && entry.operation !== operation) return false
  if (path !== undefined && !targets.pathFits(entry.path, path)) return false
  if (account !== undefined && !targets.accountFits(entry.account ?? '', account)) return false
  if (clientId !== undefined && entry.clientId !== clientId) return false
  return grantType === undefined || entry.grantType === grantType
}

function checkTargets(fault: Fault, targets: FaultTargets): void {
  const { kind, api, operation, path, account, clientId } = fault.match
  const only = onlyKind(fault)
  if (kind !== undefined && !callKinds.includes(kind)) throw nothing('kind', kind)
  if (kind !== undefined && only !== undefined && kind !== only) {
    throw new SandboxError('fault_matches_nothing', `A fault "${fault.type}" strikes calls of kind "${only}" only.`)
  }
  if (api !== undefined && !targets.hasApi(api)) throw nothing('api', api)
  if (operation !== undefined && !targets.hasOperation(operation, api)) throw nothing('operation', operation)
  if (path !== undefined && !targets.hasPath(path)) throw nothing('path', path)
  if (account !== undefined && !targets.hasAccount(account)) throw nothing('account', account)
  if (clientId !== undefined && !targets.hasClient(clientId)) throw nothing('clientId', clientId)
}

function nothing(member: keyof FaultMatch, value: string): SandboxError {
  return new SandboxError('fault_matches_nothing', `No ${member} "${value}" here, so the fault would never strike.`)
}
