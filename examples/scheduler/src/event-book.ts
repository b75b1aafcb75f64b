// The app's own database: its events, and beside them what Google has that the app did not make.
import { DatabaseSync } from 'node:sqlite'
import type { CalendarChange } from '@grantkit/calendar-sync/pull'

/** An event of the app. Times are local ones of the app's zone, as `yyyy-mm-ddThh:mm:ss`. */
export interface Meeting {
  readonly id: string
  readonly title: string
  readonly start: string
  readonly end: string
}

export interface EventBook {
  list(user: string): Meeting[]
  save(user: string, meeting: Meeting): void
  remove(user: string, id: string): void
  /** Titles of events that somebody else made. */
  listOthers(user: string): string[]
  /** Takes over what other people changed in Google, all of it or nothing. Taking the same twice does no harm. */
  apply(user: string, changes: readonly CalendarChange[]): void
  close(): void
}

const tables = `
  CREATE TABLE IF NOT EXISTS meetings (user TEXT, id TEXT, title TEXT, start TEXT, end TEXT, PRIMARY KEY (user, id));
  CREATE TABLE IF NOT EXISTS others (user TEXT, id TEXT, title TEXT, PRIMARY KEY (user, id));
`

export function openEventBook(path: string, zone: string): EventBook {
  const database = new DatabaseSync(path)
  database.exec(tables)
  const run = (sql: string, ...values: string[]): void => void database.prepare(sql).run(...values)

  function save(user: string, { id, title, start, end }: Meeting): void {
    run('INSERT OR REPLACE INTO meetings VALUES (?, ?, ?, ?, ?)', user, id, title, start, end)
  }
  const remove = (user: string, id: string): void => run('DELETE FROM meetings WHERE user = ? AND id = ?', user, id)
  function list(user: string): Meeting[] {
    const found = database.prepare('SELECT id, title, start, end FROM meetings WHERE user = ? ORDER BY start').all(user)
    return found as unknown as Meeting[]
  }

  function applyOne(user: string, change: CalendarChange): void {
    if (change.kind === 'reset') return run('DELETE FROM others WHERE user = ?', user)
    if (change.kind === 'instance_cancelled') return
    if (change.eventId === undefined) return applyToOthers(user, change)
    if (change.kind === 'deleted') return remove(user, change.eventId)
    const meeting = list(user).find(({ id }) => id === change.eventId)
    if (meeting === undefined) return
    const { members = [], event } = change
    const title = members.includes('summary') ? (event.summary ?? '') : meeting.title
    const start = members.includes('start') ? localTime(event.start?.dateTime, zone) : meeting.start
    const end = members.includes('end') ? localTime(event.end?.dateTime, zone) : meeting.end
    save(user, { id: meeting.id, title, start: start ?? meeting.start, end: end ?? meeting.end })
  }

  function applyToOthers(
    user: string,
    change: Exclude<CalendarChange, { kind: 'reset' | 'instance_cancelled' }>,
  ): void {
    if (change.kind === 'deleted') return run('DELETE FROM others WHERE user = ? AND id = ?', user, change.id)
    run('INSERT OR REPLACE INTO others VALUES (?, ?, ?)', user, change.id, change.event.summary ?? 'Busy')
  }

  return {
    list,
    save,
    remove,
    listOthers: (user) =>
      database
        .prepare('SELECT title FROM others WHERE user = ? ORDER BY title')
        .all(user)
        .map(({ title }) => String(title)),
    apply(user, changes) {
      database.exec('BEGIN IMMEDIATE')
      try {
        for (const change of changes) applyOne(user, change)
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    close: () => database.close(),
  }
}

/** Swedish is written as ISO 8601 has it, but for the space. Nothing for a whole day. */
function localTime(dateTime: string | undefined, zone: string): string | undefined {
  return dateTime && new Date(dateTime).toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T')
}
