import { bodyOf, type Json, pathOf, pick, textOf } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import { type CarthooksAsk, type CarthooksHandlers, done, requireApp, withData, writeTime } from './carthooks-ask.ts'
import type { HookletConnection } from './carthooks-state.ts'

/** Sent as a word, answered as a number. */
const statusNumbers: Readonly<Record<string, number>> = { active: 1, inactive: 2 }
const pending = 0

export const connectionHandlers: CarthooksHandlers = {
  createConnection(ask) {
    const { connections } = requireApp(ask)
    const body = bodyOf(ask)
    const connection = {
      id: ask.tenant.nextId('connection'),
      hookletId: textOf(body, 'hooklet_id'),
      title: textOf(body, 'title'),
      iconUrl: String(body.icon_url ?? ''),
      description: String(body.description ?? ''),
      status: pending,
      createdMs: ask.nowMs,
      updatedMs: ask.nowMs,
      logs: 0,
      usage: 0,
    }
    return withData(show(ask, connections.add(String(connection.id), connection)))
  },

  getConnection: (ask) => withData(show(ask, requireConnection(ask))),

  updateConnection(ask) {
    const connection = requireConnection(ask)
    const body = bodyOf(ask)
    const { icon_url: iconUrl, status } = body
    const changed = { ...connection, ...pick({ ...body, iconUrl }, ['title', 'description', 'iconUrl']) }
    return withData(show(ask, keep(ask, { ...changed, status: readStatus(status) ?? connection.status })))
  },

  deleteConnection(ask) {
    requireApp(ask).connections.remove(String(requireConnection(ask).id))
    return done()
  },

  createConnectionLog(ask) {
    const connection = requireConnection(ask)
    keep(ask, { ...connection, logs: connection.logs + 1 })
    return withData({ ...showPart(ask, connection, 'log'), ...pick(bodyOf(ask), ['status', 'message']) })
  },

  createConnectionUsage(ask) {
    const connection = requireConnection(ask)
    const { usage } = bodyOf(ask)
    keep(ask, { ...connection, usage: connection.usage + Number(usage) })
    return withData({ ...showPart(ask, connection, 'usage'), usage })
  },
}

function readStatus(status: unknown): number | undefined {
  if (status === undefined) return undefined
  const number = statusNumbers[String(status)]
  if (number === undefined) throw badRequest('status is active or inactive.')
  return number
}

function requireConnection(ask: CarthooksAsk): HookletConnection {
  return requireApp(ask).connections.require(pathOf(ask, 'connectionId'))
}

function keep(ask: CarthooksAsk, connection: HookletConnection): HookletConnection {
  return requireApp(ask).connections.replace(String(connection.id), { ...connection, updatedMs: ask.nowMs })
}

/** The number of a hooklet is answered where a number was sent; how it follows from a name is not known. */
function show({ tenant, path }: CarthooksAsk, connection: HookletConnection): Json {
  const { id, hookletId, title, status, iconUrl, description, createdMs, updatedMs } = connection
  return {
    id,
    tenant_id: tenant.id,
    app_id: Number(path.appId),
    ...(/^\d+$/.test(hookletId) ? { hooklet_id: Number(hookletId) } : {}),
    title,
    status,
    icon_url: iconUrl,
    description,
    created_at: writeTime(createdMs),
    updated_at: writeTime(updatedMs),
  }
}

function showPart({ tenant, nowMs }: CarthooksAsk, { id }: HookletConnection, what: string): Json {
  return { id: tenant.nextId(what), tenant_id: tenant.id, connection_id: id, created_at: writeTime(nowMs) }
}
