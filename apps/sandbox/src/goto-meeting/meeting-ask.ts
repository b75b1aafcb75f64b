import { playableApi } from '../api/api-service.ts'
import { loadApiSpec } from '../api/api-spec.ts'
import { pathOf } from '../api/handler.ts'
import { notFound } from '../api/vendor-refusal.ts'
import type { DirectoryGroup, DirectoryUser } from '../goto-directory/directory.ts'
import type { TenantAsk } from '../goto/tenant-ask.ts'
import { createShape, isMeetingProduct, type Shape } from './meeting-facts.ts'
import { forbidden } from './meeting-refusals.ts'

const spec = loadApiSpec('goto-meeting')

export const api: ReturnType<typeof playableApi> = playableApi(spec)

/** Writes facts as GoTo Meeting's specification has them. */
export const shape: Shape = createShape(spec.document)

/** Lists the organizers of the account, or of one group. */
export function organizersOf(ask: TenantAsk, groupKey?: string): DirectoryUser[] {
  const organizers = ask.tenant.directory.users.values().filter((user) => isOrganizer(ask, user))
  return groupKey === undefined ? organizers : organizers.filter((user) => user.groupKey === groupKey)
}

export function isOrganizer({ tenant }: TenantAsk, { userKey, products }: DirectoryUser): boolean {
  return tenant.meetings.suspended.has(userKey) || products.some(isMeetingProduct)
}

export function requireOrganizer(ask: TenantAsk): DirectoryUser {
  const user = ask.tenant.directory.users.require(pathOf(ask, 'organizerKey'))
  if (!isOrganizer(ask, user)) throw notFound()
  return user
}

/** Finds the organizer of the path for an admin, or for themselves. */
export function requireOwnOrganizer(ask: TenantAsk): DirectoryUser {
  if (!maySee(ask, pathOf(ask, 'organizerKey'))) throw forbidden()
  return requireOrganizer(ask)
}

export function requireGroup(ask: TenantAsk): DirectoryGroup {
  return ask.tenant.directory.groups.require(pathOf(ask, 'groupKey'))
}

/** Admins see what is everybody's, others their own. */
export function maySee({ caller, person }: TenantAsk, organizerKey: string): boolean {
  return caller.admin !== false || person.userKey === organizerKey
}
