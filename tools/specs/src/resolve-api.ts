import { resolveSpec, type ResolvedSpec } from './resolve-spec.ts'
import { SpecsError } from './specs-error.ts'
import { readSpecFiles } from './workspace.ts'

/** Reads and resolves one API of the workspace; every failure names its folder. */
export async function resolveApi(root: string, api: string): Promise<ResolvedSpec> {
  const files = readSpecFiles(root, api)
  try {
    return await resolveSpec(files)
  } catch (error) {
    if (!(error instanceof SpecsError)) throw error
    throw new SpecsError(error.code, `specs/${api}: ${error.message}`, { cause: error })
  }
}
