import { bodyOf, created, type Json, noContent, ok, queryText, textOf } from '../api/handler.ts'
import { badRequest, notFound, VendorRefusal } from '../api/vendor-refusal.ts'
import { addUser, type DirectoryUser, findByEmail } from '../goto-directory/directory.ts'
import type { TenantAsk, TenantHandlers } from '../goto/tenant-ask.ts'
import { isOrganizer, organizersOf, requireGroup, requireOrganizer, requireOwnOrganizer, shape } from './meeting-ask.ts'
import { isMeetingProduct, organizerFacts } from './meeting-facts.ts'

/** Groups are those of the account; organizers are its users with a product of the Meeting family. */
export const organizerHandlers: TenantHandlers = {
  listGroups(ask) {
    const groups = ask.tenant.directory.groups.values()
    return ok(
      groups.map(({ groupKey, name }) => {
        const numOrganizers = organizersOf(ask, groupKey).length
        // A group without one above names itself.
        const keys = { groupkey: groupKey, parentKey: groupKey }
        return shape('Group', { ...keys, groupName: name, numOrganizers, status: 'active' })
      }),
    )
  },

  listGroupOrganizers: (ask) => ok(show(ask, organizersOf(ask, requireGroup(ask).groupKey))),
  createGroupOrganizer: (ask) => created([createOrganizer(ask, requireGroup(ask).groupKey)]),
  createOrganizer: (ask) => created([createOrganizer(ask)]),

  listOrganizers(ask) {
    const email = queryText(ask, 'email')
    if (email === undefined) return ok(show(ask, organizersOf(ask)))
    const organizer = findOrganizer(ask, email)
    if (organizer === undefined) throw notFound()
    return ok(show(ask, [organizer]))
  },

  getOrganizer: (ask) => ok(show(ask, [requireOwnOrganizer(ask)])),

  updateOrganizer(ask) {
    const organizer = requireOrganizer(ask)
    const { productType, status } = bodyOf(ask)
    if (productType !== undefined) {
      giveProduct(ask, organizer, readProduct(String(productType)))
      return noContent
    }
    if (status !== 'suspended') throw badRequest('productType or the status suspended must be sent.')
    takeProducts(ask, organizer)
    ask.tenant.meetings.suspended.add(organizer.userKey)
    return noContent
  },

  deleteOrganizer(ask) {
    takeProducts(ask, requireOrganizer(ask))
    return noContent
  },

  deleteOrganizerByEmail(ask) {
    const organizer = findOrganizer(ask, queryText(ask, 'email') ?? '')
    if (organizer === undefined) throw badRequest('There is no organizer with this address.')
    takeProducts(ask, organizer)
    return noContent
  },
}

function show(ask: TenantAsk, organizers: readonly DirectoryUser[]): Json[] {
  return organizers.map((user) => shape('Organizer', organizerFacts(ask.tenant, user)))
}

function findOrganizer(ask: TenantAsk, email: string): DirectoryUser | undefined {
  const user = findByEmail(ask.tenant.directory, email)
  return user !== undefined && isOrganizer(ask, user) ? user : undefined
}

/** Somebody the account has already becomes an organizer; anybody else is invited. */
function createOrganizer(ask: TenantAsk, groupKey?: string): Json {
  const { directory } = ask.tenant
  const body = bodyOf(ask)
  const email = textOf(body, 'organizerEmail')
  if (!/^[^@\s]+@[^@\s]+$/.test(email)) throw badRequest('organizerEmail must be an address.')
  const known = findByEmail(directory, email)
  if (known !== undefined && isOrganizer(ask, known)) {
    throw new VendorRefusal(409, undefined, 'Somebody with this address is an organizer already.')
  }
  const product = readProduct(textOf(body, 'productType'))
  const person = { firstName: textOf(body, 'firstName'), lastName: textOf(body, 'lastName'), createdMs: ask.nowMs }
  const user = known ?? addUser(directory, { email, ...person }, ask.random)
  giveProduct(ask, groupKey === undefined ? user : { ...user, groupKey }, product)
  return shape('OrganizerShort', organizerFacts(ask.tenant, user))
}

function readProduct(product: string): string {
  if (!isMeetingProduct(product)) throw badRequest('There is no such product.')
  return product
}

/** Webinar and Training come with Meeting. */
function giveProduct({ tenant }: TenantAsk, user: DirectoryUser, product: string): void {
  const given = ['G2W', 'G2T'].includes(product) ? [product, 'G2M'] : [product]
  const products = [...new Set([...user.products, ...given])]
  tenant.directory.users.replace(user.userKey, { ...user, products })
  tenant.meetings.suspended.delete(user.userKey)
}

/** The account keeps the user, who organizes no more. */
function takeProducts({ tenant }: TenantAsk, user: DirectoryUser): void {
  const products = user.products.filter((product) => !isMeetingProduct(product))
  tenant.directory.users.replace(user.userKey, { ...user, products })
  tenant.meetings.suspended.delete(user.userKey)
}
