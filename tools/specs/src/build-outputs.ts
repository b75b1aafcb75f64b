import { join, resolve } from 'node:path'
import { generateOperations } from './generate-operations.ts'
import { generateTypes } from './generate-types.ts'
import type { WriteCommand } from './parse-command.ts'
import type { ResolvedSpec } from './resolve-spec.ts'

/** The files one command makes from a resolved document: absolute path to text. */
export async function buildOutputs(
  spec: ResolvedSpec,
  command: WriteCommand,
  o: { root: string; cwd: string },
): Promise<Map<string, string>> {
  const { api, out } = command
  const outputs = new Map([[join(o.root, 'specs', api, 'openapi.json'), spec.text]])
  if (out === undefined) return outputs
  const target = resolve(o.cwd, out)
  if (command.name === 'resolve') return outputs.set(target, spec.text)
  const from = { api, specSha256: spec.sha256 }
  outputs.set(join(target, 'schema.gen.ts'), await generateTypes(spec.document, from))
  outputs.set(join(target, 'operations.gen.ts'), generateOperations(spec.document, from))
  return outputs
}
