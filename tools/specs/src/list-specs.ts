import { countConfidence } from './confidence.ts'
import { listOperations } from './list-operations.ts'
import { resolveApi } from './resolve-api.ts'
import type { Surroundings } from './surroundings.ts'
import { listApis } from './workspace.ts'

/** Tells the size of each API and how sure we are of it. */
export async function listSpecs({ root, out }: Surroundings): Promise<void> {
  for (const api of listApis(root)) {
    const { document } = await resolveApi(root, api)
    const counts = Object.entries(countConfidence(document)).map(([mark, count]) => `${count} ${mark}`)
    out(`${api}  ${listOperations(document).length} operations: ${counts.join(', ')}\n`)
  }
}
