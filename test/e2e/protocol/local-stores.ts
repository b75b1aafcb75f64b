import type { StoreChoice } from './worker-task.ts'

/** The stores that need no server; each fleet keeps them in a folder of its own. */
export const localStores: Readonly<Record<string, StoreChoice>> = {
  sqlite: { module: new URL('sqlite-store.ts', import.meta.url).href },
  file: { module: new URL('file-store.ts', import.meta.url).href },
  'sealed sqlite': { module: new URL('encrypted-store.ts', import.meta.url).href },
}
