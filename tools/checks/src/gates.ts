import { changesetsGate } from './changesets.ts'
import { declarationsGate } from './declarations.ts'
import { docsGate } from './docs.ts'
import { exportsGate } from './exports.ts'
import { floorsGate } from './floors.ts'
import type { Gate } from './gate.ts'
import { generatedGate } from './generated.ts'
import { privateGate } from './private-text.ts'
import { releaseGate } from './release/release-gate.ts'
import { sizeGate } from './size.ts'
import { specChangesGate } from './spec-changes.ts'
import { packagesGate } from './tarballs.ts'
import { formatGate, knipGate, lintGate } from './tool-gates.ts'
import { typeCostGate } from './type-cost.ts'
import { buildGate, typecheckGate } from './turbo-gates.ts'
import { webGate } from './web.ts'

/** Every gate of `pnpm check`, in order of speed. */
export const gates: readonly Gate[] = [
  exportsGate,
  privateGate,
  changesetsGate,
  specChangesGate,
  floorsGate,
  formatGate,
  lintGate,
  knipGate,
  webGate,
  generatedGate,
  typecheckGate,
  typeCostGate,
  buildGate,
  sizeGate,
  docsGate,
  declarationsGate,
  packagesGate,
  releaseGate,
]
