import type { ApiDefinition } from '@grantkit/api-client'
import { definition as carthooks } from '@grantkit/carthooks'
import { definition as calendar } from '@grantkit/google-calendar'
import { definition as admin } from '@grantkit/goto-admin'
import { definition as meeting } from '@grantkit/goto-meeting'
import { definition as scim } from '@grantkit/goto-scim'
import { definition as voice } from '@grantkit/goto-voice'
import type { ProviderId } from '../model/tenants.ts'
import { createOperationTable, type OperationTable } from './operation-table.ts'

/** An API that requests are forwarded to. */
export interface Upstream {
  /** Requests to `/<name>-proxy/…` go there. */
  readonly name: string
  readonly provider: ProviderId
  readonly definition: ApiDefinition<string>
  readonly operations: OperationTable
}

function upstream(name: string, provider: ProviderId, definition: ApiDefinition<string>): Upstream {
  return { name, provider, definition, operations: createOperationTable(definition.operations) }
}

export const upstreams = {
  voice: upstream('voice', 'goto', voice),
  admin: upstream('admin', 'goto', admin),
  scim: upstream('scim', 'goto', scim),
  meeting: upstream('meeting', 'goto', meeting),
  calendar: upstream('calendar', 'google', calendar),
  carthooks: upstream('carthooks', 'carthooks', carthooks),
} as const satisfies Readonly<Record<string, Upstream>>

/** A route of the first gateway, which names no API. `{accountKey}` is that of the app. */
export interface ShortRoute {
  readonly path: string
  readonly upstream: Upstream
  readonly leadsTo: string
}

export const shortRoutes: readonly ShortRoute[] = [
  { path: '/call-queues', upstream: upstreams.voice, leadsTo: '/call-queues' },
  { path: '/call-queues/{id}/users', upstream: upstreams.voice, leadsTo: '/call-queues/{id}/users' },
  { path: '/extensions', upstream: upstreams.voice, leadsTo: '/extensions' },
  { path: '/phone-numbers', upstream: upstreams.voice, leadsTo: '/phone-numbers' },
  { path: '/locations', upstream: upstreams.voice, leadsTo: '/locations' },
  { path: '/devices', upstream: upstreams.voice, leadsTo: '/devices' },
  { path: '/users', upstream: upstreams.admin, leadsTo: '/accounts/{accountKey}/users' },
  { path: '/users/{key}', upstream: upstreams.admin, leadsTo: '/accounts/{accountKey}/users/{key}' },
  { path: '/me', upstream: upstreams.admin, leadsTo: '/me' },
  { path: '/account', upstream: upstreams.admin, leadsTo: '/accounts/{accountKey}' },
]
