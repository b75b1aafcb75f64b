import { clientCredentials } from '@grantkit/auth-core'
import { accountOf, type Grants } from '../model/grants.ts'
import type { TenantApp, Tenants } from '../model/tenants.ts'
import type { Page } from './page.ts'
import { attemptIsOver, connected, failed, linkIsOver, providerNames } from './result-page.ts'
import { visitMs, type ConnectTask, type Visits } from './visits.ts'

export interface ConnectFlowPorts {
  readonly visits: Visits
  readonly tenants: Tenants
  readonly grants: Grants
  readonly publicUrl: string
}

/** Where a browser goes next, or what it shows. */
export type Step = { readonly task?: ConnectTask } & (
  | { readonly page: Page }
  | { readonly redirect: URL; readonly browser: string }
)

export interface ConnectFlow {
  /** Gives the link for the person who is to connect an app. It works once, for ten minutes. */
  invite(task: ConnectTask): Promise<{ url: string; expiresInMs: number }>
  /** Shows what a link is about. */
  show(ticket: string): Promise<Page>
  /** Goes on to the provider. */
  begin(ticket: string): Promise<Step>
  /** Takes the browser back. `browser` is its cookie. */
  complete(callback: URL, browser: string | undefined): Promise<{ readonly page: Page; readonly task?: ConnectTask }>
}

/** What Google is asked for where an app names nothing: the calendars, and no more. */
const calendarScope = 'https://www.googleapis.com/auth/calendar'

export function createConnectFlow({ visits, tenants, grants, publicUrl }: ConnectFlowPorts): ConnectFlow {
  const appOf = async (task: ConnectTask | undefined): Promise<TenantApp | undefined> =>
    task && (await tenants.apps.get(task.tenant, task.app))?.record

  return {
    async invite(task) {
      return { url: `${publicUrl}/connect/${await visits.invite(task)}`, expiresInMs: visitMs }
    },
    async show(ticket) {
      const app = await appOf(await visits.look(ticket))
      if (app === undefined) return linkIsOver
      const name = providerNames[app.provider]
      return {
        status: 200,
        title: `Connect ${name}`,
        text: `"${app.tenant}" asks to use ${name} for you, with its app "${app.id}".`,
        advice: `You sign in at ${name}. Your password stays there, and you can take the permission back at any time.`,
        button: {
          label: `Continue to ${name}`,
          action: `/connect/${ticket}`,
          leadsTo: grants.authorizationOrigin(app),
        },
      }
    },
    async begin(ticket) {
      const started = await visits.start(ticket)
      const app = await appOf(started?.task)
      if (started === undefined || app === undefined) return { page: linkIsOver }
      // No address of Carthooks asks a person: a code is given to a call with the person's own token, which only the
      // vendor's front end has (read from its SDKs, https://github.com/carthooks, 2026).
      const { task } = started
      if (app.provider === 'carthooks') return { task, page: await connectClient(app) }
      try {
        return { task, redirect: await authorizationUrl(app, started.browser), browser: started.browser }
      } catch (error) {
        return { task, page: failed(app, error) }
      }
    },
    async complete(callback, browser) {
      const task = browser === undefined ? undefined : await visits.end(browser)
      const app = await appOf(task)
      if (task === undefined || app === undefined || browser === undefined) return { page: attemptIsOver }
      try {
        await grants.clientOf(app).completeAuthorization(callback, { session: browser })
        return { task, page: connected(app) }
      } catch (error) {
        return { task, page: failed(app, error) }
      }
    },
  }

  async function authorizationUrl(app: TenantApp, session: string): Promise<URL> {
    const scopes = app.scopes ?? (app.provider === 'google' ? [calendarScope] : undefined)
    const { url } = await grants.clientOf(app).beginAuthorization(accountOf(app), {
      redirectUri: `${publicUrl}/oauth/callback/${app.provider}`,
      session,
      ...(scopes === undefined ? {} : { scopes }),
    })
    return url
  }

  async function connectClient(app: TenantApp): Promise<Page> {
    try {
      const scopes = app.scopes === undefined ? {} : { scopes: app.scopes }
      const connection = await grants.clientOf(app).connect(accountOf(app), clientCredentials(scopes))
      await connection.accessToken()
      return connected(app)
    } catch (error) {
      return failed(app, error)
    }
  }
}
