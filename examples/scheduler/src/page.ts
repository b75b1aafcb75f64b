import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Meeting } from './event-book.ts'

/** What the page shows to somebody who is signed in. */
export interface View {
  readonly user: string
  /** `active`, or why nothing is sent. */
  readonly state: string
  readonly queued: number
  readonly failing: number
  readonly meetings: readonly Meeting[]
  readonly others: readonly string[]
  /** What Google's calendar shows to the person themselves. */
  readonly inGoogle: readonly string[]
  readonly isNetworkUp: boolean
  readonly connectPath: string
}

type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export const style = `
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0 2rem }
  form { display: inline-flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .25rem 0 }
  label { display: grid } input, button { font: inherit; padding: .3rem .6rem } li { overflow-wrap: anywhere }
  [role=status] { border-left: .3rem solid currentColor; padding: .2rem .8rem }
`

/** Reads what has changed into the page every second, as long as it is looked at. */
export const script = `
  setInterval(async () => {
    if (document.hidden || document.querySelector('#live :focus')) return
    const answer = await fetch('/live')
    const text = answer.ok ? await answer.text() : undefined
    const live = document.querySelector('#live')
    if (text !== undefined && live.dataset.text !== text) { live.dataset.text = text; live.innerHTML = text }
  }, 1000)
`

function frame(body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Scheduler</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/style.css" />
        <script src="/live.js" defer></script>
      </head>
      <body>
        <h1>Scheduler</h1>
        ${body}
      </body>
    </html>`
}

export function signInPage(): Html {
  return frame(
    html`<form method="post" action="/sign-in">
      <label>Your name<input name="user" required pattern="\\w+" maxlength="30" autocomplete="username" /></label>
      <button>Sign in</button>
    </form>`,
  )
}

export function mainPage(view: View): Html {
  return frame(
    html`<div>
        Signed in as ${view.user}.
        <form method="post" action="/sign-out"><button>Sign out</button></form>
      </div>
      <form method="post" action="/meetings">
        <label>Title<input name="title" required maxlength="200" /></label>
        <label>Begins<input name="start" type="datetime-local" required /></label>
        <label>Ends<input name="end" type="datetime-local" required /></label>
        <button>Add</button>
      </form>
      <div id="live">${livePart(view)}</div>`,
  )
}

/** The part that changes by itself. */
export function livePart(view: View): Html {
  return html`<p role="status">${statusLine(view)}</p>
    ${view.state === 'not_connected' ? connectLink(view) : disconnectForm(view)}
    <form method="post" action="/network">
      <button name="up" value="${view.isNetworkUp ? '' : 'yes'}">
        ${view.isNetworkUp ? 'Break the network' : 'Mend the network'}
      </button>
    </form>
    <div class="columns">
      <section>
        <h2>In this app</h2>
        <ul>
          ${view.meetings.map(meetingItem)} ${view.others.map((title) => html`<li>${title} (from Google)</li>`)}
        </ul>
      </section>
      <section>
        <h2>In Google Calendar</h2>
        <ul>
          ${view.inGoogle.map(googleItem)}
        </ul>
        <form method="post" action="/in-google">
          <label>New there<input name="renamed" required maxlength="200" /></label>
          <button>Make it in Google</button>
        </form>
      </section>
    </div>`
}

function statusLine({ state, queued, failing, isNetworkUp }: View): string {
  const network = isNetworkUp ? '' : ' The network to Google is broken.'
  if (state === 'not_connected') return `Google Calendar is not connected.${network}`
  if (state !== 'active') return `Google Calendar waits: ${state}.${network}`
  if (queued === 0) return `Google Calendar is in step.${network}`
  return `${queued} on the way to Google Calendar, ${failing} of them tried again.${network}`
}

const connectLink = ({ connectPath }: View): Html =>
  html`<p><a href="${connectPath}/connect/">Connect Google Calendar</a></p>`

const disconnectForm = ({ connectPath }: View): Html =>
  html`<form method="post" action="${connectPath}/disconnect/"><button>Disconnect</button></form>`

const meetingItem = ({ id, title, start }: Meeting): Html =>
  html`<li>
    ${title}, <time datetime="${start}">${start.replace('T', ' ').slice(0, 16)}</time>
    <form method="post" action="/meetings/${id}/delete"><button aria-label="Delete ${title}">Delete</button></form>
  </li>`

const googleItem = (title: string): Html =>
  html`<li>
    <form method="post" action="/in-google">
      <input type="hidden" name="title" value="${title}" />
      <label>Title<input name="renamed" value="${title}" required maxlength="200" /></label>
      <button aria-label="Rename ${title} in Google">Rename</button>
    </form>
  </li>`
