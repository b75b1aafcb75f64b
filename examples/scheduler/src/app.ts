// The app's routes. What is about Google Calendar is one line each: the connect handler, and the messages.
import { isCalendarSyncError } from '@grantkit/calendar-sync'
import { Hono, type Context } from 'hono'
import { csrf } from 'hono/csrf'
import { connectPath, messagesPath, type Calendars } from './calendars.ts'
import type { EventBook } from './event-book.ts'
import { livePart, mainPage, script, signInPage, style, type View } from './page.ts'
import type { Sessions } from './sessions.ts'
import type { Stage } from './stage.ts'

export interface AppParts {
  readonly calendars: Calendars
  readonly book: EventBook
  readonly stage: Stage
  readonly sessions: Sessions
}

type Variables = { user: string }

export function createApp({ calendars, book, stage, sessions }: AppParts): Hono<{ Variables: Variables }> {
  const app = new Hono<{ Variables: Variables }>()
  const { connect, sync, pull } = calendars

  app.all(`${connectPath}/*`, (c) => connect(c.req.raw))
  app.post(messagesPath, (c) => pull.webhook(c.req.raw))

  app.use(csrf())
  app.get('/style.css', (c) => c.body(style, 200, { 'content-type': 'text/css' }))
  app.get('/live.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript' }))
  app.post('/sign-in', async (c) => {
    const { user } = await fieldsOf(c)
    if (/^\w{1,30}$/.test(user)) c.header('set-cookie', sessions.cookieFor(user))
    return c.redirect('/', 303)
  })
  app.use(async (c, next) => {
    const user = await sessions.userOf(c.req.raw)
    if (user === undefined) return c.html(signInPage(), c.req.path === '/' ? 200 : 401)
    c.set('user', user)
    return await next()
  })
  app.get('/', async (c) => c.html(mainPage(await viewOf(c.var.user))))
  app.get('/live', async (c) => c.html(livePart(await viewOf(c.var.user))))
  app.post('/sign-out', (c) => {
    c.header('set-cookie', sessions.cookieFor(undefined))
    return c.redirect('/', 303)
  })

  app.post('/meetings', async (c) => {
    const { user } = c.var
    const { title, start, end } = await fieldsOf(c)
    const event = { id: crypto.randomUUID(), title, start: `${start}:00`, end: `${end}:00` }
    book.save(user, event)
    try {
      await sync.enqueue({ kind: 'upsert', user, event })
    } catch (error) {
      book.remove(user, event.id)
      if (isCalendarSyncError(error)) return c.text(error.message, 400)
      throw error
    }
    return c.redirect('/', 303)
  })
  app.post('/meetings/:id/delete', async (c) => {
    const { user } = c.var
    const eventId = c.req.param('id')
    book.remove(user, eventId)
    await sync.enqueue({ kind: 'delete', user, eventId })
    return c.redirect('/', 303)
  })

  // What only a demonstration has: the other end of the line.
  app.post('/network', async (c) => {
    stage.setNetwork((await fieldsOf(c)).up === 'yes')
    return c.redirect('/', 303)
  })
  app.post('/in-google', async (c) => {
    const { title, renamed } = await fieldsOf(c)
    await stage.write(title, renamed)
    return c.redirect('/', 303)
  })

  async function viewOf(user: string): Promise<View> {
    const { state, queued, failing } = await sync.status(user)
    const [meetings, others, inGoogle] = [book.list(user), book.listOthers(user), await stage.titles()]
    return { user, state, queued, failing, meetings, others, inGoogle, isNetworkUp: stage.isNetworkUp(), connectPath }
  }
  return app
}

const fieldNames = ['user', 'title', 'start', 'end', 'up', 'renamed'] as const

/** Reads the fields of a form; one that is missing is empty. */
async function fieldsOf(c: Context): Promise<Record<(typeof fieldNames)[number], string>> {
  const body = await c.req.parseBody()
  const pairs = fieldNames.map((name) => [name, typeof body[name] === 'string' ? body[name] : ''] as const)
  return Object.fromEntries(pairs) as Record<(typeof fieldNames)[number], string>
}
