import type { Store } from '@grantkit/auth-core'
import { createRecords } from '../model/records.ts'
import { createSecret, hashSecret } from '../model/secret-token.ts'

/** The app that a person is asked to connect. */
export interface ConnectTask {
  readonly tenant: string
  readonly app: string
}

/**
 * The way of a person through the connect flow. A ticket is the link they get; it works once. A visit is their browser,
 * known by a cookie: only the browser that went to the provider can come back from there.
 */
export interface Visits {
  invite(task: ConnectTask): Promise<string>
  /** Shows what a ticket is for, without using it up: programs look at links before people do. */
  look(ticket: string): Promise<ConnectTask | undefined>
  /** Uses a ticket up and starts the visit of a browser. */
  start(ticket: string): Promise<{ task: ConnectTask; browser: string } | undefined>
  /** Ends a visit, once. */
  end(browser: string): Promise<ConnectTask | undefined>
}

/** As long as auth-core keeps an authorization open. */
export const visitMs = 600_000

const secretPattern = /^[A-Za-z0-9_-]{43}$/

export function createVisits(store: Store): Visits {
  const tickets = createRecords<ConnectTask>(store, 'connect-ticket')
  const visits = createRecords<ConnectTask>(store, 'connect-visit')

  async function look(ticket: string): Promise<ConnectTask | undefined> {
    return secretPattern.test(ticket) ? (await tickets.get(hashSecret(ticket)))?.record : undefined
  }

  return {
    look,
    async invite(task) {
      const ticket = createSecret()
      await tickets.create([hashSecret(ticket)], task, { expiresInMs: visitMs })
      return ticket
    },
    async start(ticket) {
      const task = await look(ticket)
      if (task === undefined || !(await tickets.remove(hashSecret(ticket)))) return undefined
      const browser = createSecret()
      await visits.create([hashSecret(browser)], task, { expiresInMs: visitMs })
      return { task, browser }
    },
    async end(browser) {
      if (!secretPattern.test(browser)) return undefined
      const task = (await visits.get(hashSecret(browser)))?.record
      return task !== undefined && (await visits.remove(hashSecret(browser))) ? task : undefined
    },
  }
}
