import type { SeededRandom } from '../seeded-random.ts'
import { addUser, createDirectory, type Directory, makeKey, productsOf } from './directory.ts'

const firstNames = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Frances', 'Niklaus', 'Radia']

/** Products by the places of the users who have a licence for them. */
const licenses: readonly { readonly product: string; readonly places: readonly number[] }[] = [
  { product: 'JIVE', places: [0, 1, 2, 3, 4, 5, 6, 7, 8] },
  { product: 'G2M', places: [0, 1, 2, 3] },
  { product: 'G2C', places: [0, 4, 5] },
]

const groups: readonly { readonly name: string; readonly places: readonly number[] }[] = [
  { name: 'Sales', places: [0, 1, 2] },
  { name: 'Support', places: [3, 4, 5, 6] },
]

const firstDayMs = Date.UTC(2025, 0, 15, 9)
const dayMs = 24 * 3600 * 1000

/** Fills the directory of a small company: 9 users, 3 licences, 2 groups. All names are made up. */
export function seedDirectory(accountKey: string, domains: Iterable<string>, random: SeededRandom): Directory {
  const directory = createDirectory(accountKey, ['example.com', ...domains])
  const key = (what: string): string => makeKey(random, accountKey, what)
  const licenseKeys = licenses.map(({ product }) => {
    const licenseKey = key('product license')
    return directory.licenses.add(licenseKey, { licenseKey, products: [product] }).licenseKey
  })
  const groupKeys = groups.map(({ name }) => {
    const groupKey = key('group')
    return directory.groups.add(groupKey, { groupKey, name }).groupKey
  })
  const roleSetId = key('role set')
  directory.roleSets.add(roleSetId, { id: roleSetId, name: 'Help desk' })
  const templateKey = key('template')
  directory.templates.add(templateKey, { key: templateKey })
  const attributeKey = key('attribute')
  directory.attributes.add(attributeKey, { key: attributeKey, name: 'Department' })

  for (const [place, firstName] of firstNames.entries()) {
    const own = licenseKeys.filter((_, index) => licenses[index]?.places.includes(place))
    const person = { firstName, lastName: 'Example', email: `${firstName.toLowerCase()}.example@example.com` }
    const given = {
      ...person,
      status: place === 7 ? 'INACTIVE' : place === 8 ? 'INVITED' : 'ACTIVE',
      licenseKeys: own,
      products: productsOf(directory, own),
      adminRoles: place === 0 ? ['SUPER_USER'] : [],
      roleSetIds: place === 4 ? [roleSetId] : [],
      groupKey: groupKeys.find((_, index) => groups[index]?.places.includes(place)),
      createdMs: firstDayMs + place * dayMs,
    } as const
    addUser(directory, given, random)
  }
  seedOrganization(directory, key('organization group'))
  return directory
}

function seedOrganization({ users, organizationGroups }: Directory, groupKey: string): void {
  const members = users
    .values()
    .slice(0, 3)
    .map(({ userKey }) => ({ type: 'user', value: userKey }))
  organizationGroups.add(groupKey, { groupKey, displayName: 'Engineering', members, createdMs: firstDayMs })
}
