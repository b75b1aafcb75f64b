import { configuration, roomyTimes, type Budget, type Configuration, type ProviderRotation } from './configuration.ts'

interface Row {
  readonly workers: number
  readonly budget: Budget
  readonly introspects?: boolean
  readonly callers?: boolean
  readonly isRoomy?: boolean
}

/** Run with every `test`. Each row runs against all three rotations. */
const quickRows: readonly Row[] = [
  { workers: 3, budget: {} },
  { workers: 3, budget: { crash: 1, expiry: 1 } },
  { workers: 3, budget: { lost: 1, expiry: 1 } },
  { workers: 3, budget: { late: 1, expiry: 1 } },
  { workers: 2, budget: { crash: 1, lost: 1, late: 1 }, introspects: true },
  { workers: 3, budget: { suspension: 1, late: 1 }, introspects: true },
  { workers: 2, budget: { suspension: 2, crash: 1 } },
  { workers: 2, budget: { suspension: 1, expiry: 1, lost: 1 } },
  { workers: 2, budget: { refusal: 1, lost: 1, late: 1 } },
  { workers: 2, budget: { install: 1, close: 1, lost: 1, suspension: 1 } },
  { workers: 2, budget: { unauthorized: 1, expiry: 1, late: 1 }, callers: true },
  { workers: 2, budget: { lostWrite: 1, crash: 1 }, introspects: true },
  { workers: 2, budget: { lost: 1, late: 1 }, isRoomy: true },
  { workers: 2, budget: { unsaved: 1, crash: 1, expiry: 1 } },
  { workers: 2, budget: { unsaved: 1, late: 1, install: 1 }, introspects: true },
]

/** Run by `model:deep`: more faults in one history. */
const deepRows: readonly Row[] = [
  { workers: 3, budget: { crash: 1, lost: 1, late: 1, suspension: 1 }, introspects: true },
  { workers: 3, budget: { crash: 2, lost: 2, expiry: 1 }, introspects: true },
  { workers: 3, budget: { lost: 3, late: 1 }, introspects: true },
  { workers: 3, budget: { late: 2, expiry: 2 } },
  { workers: 3, budget: { suspension: 2, late: 1, expiry: 1 } },
  { workers: 3, budget: { suspension: 3 } },
  { workers: 2, budget: { crash: 1, lost: 1, late: 1, suspension: 1, expiry: 1 }, introspects: true },
  { workers: 2, budget: { refusal: 2, lost: 1, late: 1, expiry: 1 }, introspects: true },
  { workers: 3, budget: { install: 2, close: 1, lost: 1, suspension: 1 } },
  { workers: 2, budget: { install: 1, close: 1, crash: 1, lost: 1, late: 1, suspension: 1 } },
  { workers: 2, budget: { unauthorized: 1, expiry: 1, late: 1, suspension: 1 }, callers: true },
  { workers: 3, budget: { unauthorized: 1, expiry: 1 }, callers: true },
  { workers: 3, budget: { lostWrite: 1, crash: 1, lost: 1, expiry: 1 } },
  { workers: 2, budget: { crash: 1, suspension: 1, late: 1 }, isRoomy: true },
  { workers: 3, budget: { unsaved: 2, crash: 1, late: 1 }, introspects: true },
  { workers: 2, budget: { unsaved: 2, crash: 1, suspension: 1, expiry: 1 } },
  { workers: 2, budget: { unsaved: 1, lost: 1, late: 1, install: 1, close: 1 } },
  { workers: 2, budget: { unsaved: 1, crash: 1, suspension: 1, late: 1 }, isRoomy: true },
  { workers: 3, budget: { crash: 1, lost: 1, late: 1, suspension: 1, expiry: 1 }, introspects: true },
]

const rotations: readonly ProviderRotation[] = ['none', 'strict', 'grace']

export const quickConfigurations: readonly Configuration[] = allOf(quickRows)
export const deepConfigurations: readonly Configuration[] = allOf(deepRows)

function allOf(rows: readonly Row[]): Configuration[] {
  return rows.flatMap(({ isRoomy = false, ...row }) =>
    rotations.map((rotation) =>
      configuration({
        ...row,
        rotation,
        name: nameOf({ ...row, isRoomy }, rotation),
        ...(isRoomy ? { times: roomyTimes } : {}),
      }),
    ),
  )
}

function nameOf({ workers, budget, introspects, callers, isRoomy }: Row, rotation: ProviderRotation): string {
  const faults = Object.entries(budget).map(([happening, times]) =>
    times === 1 ? happening : `${times}× ${happening}`,
  )
  const extras = [
    ...(introspects ? ['introspection'] : []),
    ...(callers ? ['callers'] : []),
    ...(isRoomy ? ['roomy times'] : []),
  ]
  return [`${rotation}, ${workers} workers`, ...extras, ...(faults.length > 0 ? faults : ['no faults'])].join(', ')
}
