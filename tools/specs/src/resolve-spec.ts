import { applyOverlay } from './apply-overlay.ts'
import { canonicalJson } from './canonical-json.ts'
import { verifyConfidence } from './confidence.ts'
import { deriveWriteSchemas } from './derive-write-schemas.ts'
import type { JsonObject } from './json.ts'
import { lint } from './lint/lint.ts'
import { orderScopes } from './order-scopes.ts'
import { parseSource } from './parse-source.ts'
import { parseOverlay } from './parse-overlay.ts'
import { parseProvenance } from './parse-provenance.ts'
import { sha256 } from './sha256.ts'
import { verifyHash } from './verify-hash.ts'

/** The files of one folder under specs, as text. */
export interface SpecFiles {
  readonly provenance: string
  readonly source: string
  readonly overlay: string
}

export interface ResolvedSpec {
  readonly document: JsonObject
  /** The bytes of openapi.json. */
  readonly text: string
  readonly sha256: string
}

/** Turns the files of one API into the resolved document: verify, parse, overlay, derive, lint, print. */
export async function resolveSpec(files: SpecFiles): Promise<ResolvedSpec> {
  const provenance = parseProvenance(files.provenance)
  verifyHash(files.source, provenance)
  const source = parseSource(files.source, provenance.source)
  const described = applyOverlay(source, parseOverlay(files.overlay, 'overlay.yaml'))
  const document = orderScopes(deriveWriteSchemas(described))
  await lint(document)
  verifyConfidence(document, provenance)
  const text = canonicalJson(document)
  return { document, text, sha256: sha256(text) }
}
