import { exportsGate } from './exports.ts'
import { floorsGate } from './floors.ts'
import type { Gate } from './gate.ts'
import { formatGate, knipGate, lintGate } from './tool-gates.ts'
import { buildGate, typecheckGate } from './turbo-gates.ts'

/** Every gate of `pnpm check`, in order of speed. */
export const gates: readonly Gate[] = [
  floorsGate,
  exportsGate,
  lintGate,
  formatGate,
  knipGate,
  typecheckGate,
  buildGate,
]
