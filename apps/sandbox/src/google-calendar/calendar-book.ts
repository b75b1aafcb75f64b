import type { SandboxAccount, VendorAccounts } from '../accounts.ts'
import type { Json } from '../api/handler.ts'
import type { ServiceAccountBook } from '../google/google-service-accounts.ts'
import type { SandboxClock } from '../sandbox-clock.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { Kept } from '../state/kept.ts'
import type { Calendar, ListEntry, Person, Rule, StoredEvent } from './calendar-state.ts'
import { seedEntry, seedHolidays, seedSettings, holidayCalendarId } from './seed-calendars.ts'
import { createShelf, type Shelf, type ShelfOptions, type ShelfState, type Versions } from './shelf.ts'

export interface NewCalendar extends Pick<Calendar, 'id' | 'kind' | 'owner' | 'clientId'> {
  readonly properties: Json
}

/** All calendars and people of Google, each person with what they have at the start. */
export interface CalendarBook extends Kept {
  /** Returns who calls, with their calendars. */
  person(account: SandboxAccount): Person
  /** Finds somebody who could sign in here. */
  findPerson(email: string): Person | undefined
  calendar(id: string): Calendar | undefined
  calendars(): Calendar[]
  add(calendar: NewCalendar): Calendar
  remove(calendar: Calendar): void
  people(): Person[]
}

/** A calendar or a person with what lies on the shelves. */
type SavedCalendar = Omit<Calendar, keyof CalendarShelves> & Saved<CalendarShelves>
type SavedPerson = Omit<Person, keyof PersonShelves> & Saved<PersonShelves>
type CalendarShelves = Pick<Calendar, 'properties' | 'rules' | 'events'>
type PersonShelves = Pick<Person, 'entries' | 'settings'>
type Saved<Shelves> = { readonly [K in keyof Shelves]: Shelves[K] extends Shelf<infer T> ? ShelfState<T> : never }

interface SavedBook {
  readonly people: readonly SavedPerson[]
  readonly calendars: readonly SavedCalendar[]
}

export interface CalendarBookContext {
  readonly accounts: VendorAccounts
  readonly serviceAccounts: ServiceAccountBook
  readonly clock: SandboxClock
  readonly random: SeededRandom
  readonly versions: Versions
  readonly changed: (topic: string) => void
}

export function createCalendarBook(context: CalendarBookContext): CalendarBook {
  const { accounts, serviceAccounts, clock, random, versions, changed } = context
  const people = new Map<string, Person>()
  const calendars = new Map<string, Calendar>()

  const shelf = <T>(topic: string, etag: ShelfOptions['etag'], state?: ShelfState<T>): Shelf<T> =>
    createShelf<T>({ topic, versions, changed, etag }, state)
  // The forms differ by kind, as in recorded answers: compare for equality only.
  const numbered = (version: number): string => `"${clock.nowMs() * 2000 + version}"`
  const hashed = (): string => `"${random.token('etag').slice(0, 27)}"`

  const calendarShelves = (id: string, saved?: SavedCalendar): CalendarShelves => ({
    properties: shelf<Json>(`calendars/${id}`, hashed, saved?.properties),
    rules: shelf<Rule>(`acl/${id}`, paddedEtag, saved?.rules),
    events: shelf<StoredEvent>(`events/${id}`, numbered, saved?.events),
  })
  const personShelves = (email: string, saved?: SavedPerson): PersonShelves => ({
    entries: shelf<ListEntry>(`calendarList/${email}`, numbered, saved?.entries),
    settings: shelf<string>(`settings/${email}`, numbered, saved?.settings),
  })

  function add({ id, kind, owner, clientId, properties }: NewCalendar): Calendar {
    const calendar: Calendar = {
      id,
      kind,
      ...(owner === undefined ? {} : { owner }),
      ...(clientId === undefined ? {} : { clientId }),
      ...calendarShelves(id),
      validSince: 0,
    }
    calendars.set(id, calendar)
    calendar.properties.put(id, properties)
    if (owner !== undefined)
      calendar.rules.put(`user:${owner}`, { role: 'owner', scope: { type: 'user', value: owner } })
    return calendar
  }

  function addPerson({ principal: email, name = email }: SandboxAccount, isService: boolean): Person {
    const person: Person = { email, isService, ...personShelves(email) }
    people.set(email, person)
    const timeZone = isService ? 'UTC' : 'America/New_York'
    add({ id: email, kind: 'primary', owner: email, properties: { summary: isService ? email : name, timeZone } })
    seedSettings(person, timeZone)
    if (isService) return person
    if (!calendars.has(holidayCalendarId)) seedHolidays(add, clock.nowMs())
    for (const id of [email, holidayCalendarId]) person.entries.put(id, seedEntry(id))
    return person
  }

  function findPerson(email: string): Person | undefined {
    const account = accounts.find(email)
    return people.get(email) ?? (account?.principal === email ? addPerson(account, false) : undefined)
  }

  function reset(): void {
    people.clear()
    calendars.clear()
  }

  return {
    person: (account) =>
      people.get(account.principal) ?? addPerson(account, serviceAccounts.find(account.principal) !== undefined),
    findPerson,
    calendar(id) {
      if (!calendars.has(id)) findPerson(id)
      return calendars.get(id)
    },
    calendars: () => [...calendars.values()],
    add,
    remove: (calendar) => void calendars.delete(calendar.id),
    people: () => [...people.values()],
    save: (): SavedBook => ({
      people: Array.from(people.values(), (person) => ({
        ...person,
        entries: person.entries.state(),
        settings: person.settings.state(),
      })),
      calendars: Array.from(calendars.values(), (calendar) => ({
        ...calendar,
        properties: calendar.properties.state(),
        rules: calendar.rules.state(),
        events: calendar.events.state(),
      })),
    }),
    load(saved) {
      reset()
      const book = saved as SavedBook
      for (const each of book.people) people.set(each.email, { ...each, ...personShelves(each.email, each) })
      for (const each of book.calendars) calendars.set(each.id, { ...each, ...calendarShelves(each.id, each) })
    },
    reset,
  }
}

function paddedEtag(version: number): string {
  return `"${String(version).padStart(20, '0')}"`
}
