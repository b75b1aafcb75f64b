import type { Json } from '../api/handler.ts'
import { type CarthooksHandlers, requireApp, requireCollection, withData } from './carthooks-ask.ts'

function show({
  id,
  name,
  description,
}: {
  readonly id: number
  readonly name: string
  readonly description: string
}): Json {
  return { id, name, description }
}

/** The fields of a collection are shown nowhere. */
export const appHandlers: CarthooksHandlers = {
  listApps: ({ tenant }) => withData(tenant.apps.values().map(show)),
  getApp: (ask) => withData(show(requireApp(ask))),
  listCollections: (ask) => withData(requireApp(ask).collections.values().map(show)),
  getCollection: (ask) => withData(show(requireCollection(ask))),
}
