import { chownSync } from 'node:fs'
import type { StoreProcess } from './store-process.ts'

/** Leaves a process no more rights than the file modes give it, also when the tests run as root. */
export async function powerless(started: StoreProcess): Promise<{ process: StoreProcess; own(name: string): void }> {
  if (process.getuid?.() !== 0) return { process: started, own: () => undefined }
  const user = 65_534
  await started.perform({ do: 'become', user })
  return { process: started, own: (name) => chownSync(name, user, user) }
}
