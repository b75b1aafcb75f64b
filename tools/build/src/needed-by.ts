/** What the bundler knows of a module. */
interface ModuleGraph {
  getModuleInfo(id: string): { readonly importers: readonly string[] } | null
}

/** Tells whether an entry loads a module, by however many others in between. */
export function isNeededBy(
  entry: string | undefined,
  id: string,
  graph: ModuleGraph,
  seen: Set<string> = new Set(),
): boolean {
  if (id === entry) return true
  if (seen.has(id)) return false
  seen.add(id)
  const importers = graph.getModuleInfo(id)?.importers ?? []
  return importers.some((importer) => isNeededBy(entry, importer, graph, seen))
}
