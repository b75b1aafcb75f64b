import { bodyOf, textOf } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import { type CarthooksHandlers, done, withData } from './carthooks-ask.ts'

/** Watches are kept and end by themselves; nothing is sent to their queues. */
export const watchHandlers: CarthooksHandlers = {
  // The same again renews it. What the answer holds is not known.
  createWatch({ tenant, nowMs, ...ask }) {
    const body = bodyOf(ask)
    const [appId, collectionId] = [Number(body.app_id), Number(body.collection_id)]
    const collections = tenant.apps.find(String(appId))?.collections
    if (collections?.find(String(collectionId)) === undefined) throw badRequest('There is no such collection.')
    const name = textOf(body, 'name')
    const key = `${collectionId} ${name}`
    const untilMs = nowMs + Number(body.age) * 1000
    const watch = { name, appId, collectionId, endpointUrl: textOf(body, 'endpoint_url'), untilMs }
    if (tenant.watches.find(key) === undefined) tenant.watches.add(key, watch)
    else tenant.watches.replace(key, watch)
    return withData({})
  },

  // Every watch of the collection ends, or the one that is named.
  deleteWatch({ tenant, ...ask }) {
    const { collection_id: collectionId, name } = bodyOf(ask)
    for (const watch of tenant.watches.values()) {
      const isMeant = watch.collectionId === collectionId && (name === undefined || name === watch.name)
      if (isMeant) tenant.watches.remove(`${watch.collectionId} ${watch.name}`)
    }
    return done()
  },
}
