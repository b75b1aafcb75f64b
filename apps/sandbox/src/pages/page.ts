import type { Answer } from '../call.ts'
import { type Html, html } from './html.ts'
import { styleElement, styleHash } from './page-style.ts'

export interface Page {
  /** What a script that acts as a person goes by. */
  readonly name: string
  readonly title: string
  readonly body: Html
  /** Where a form may lead, its redirects included. Default: nowhere. */
  readonly formTargets?: string
  /** Default 200. */
  readonly status?: number
  /** For the ledger. */
  readonly error?: string
}

/**
 * Makes a page without scripts, with nothing from elsewhere, that nobody can frame. Its icon is empty, so that no browser
 * asks for one: that would be a call in the ledger.
 */
export function renderPage({ name, title, body, formTargets = "'none'", status = 200, error }: Page): Answer {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${styleElement}
      </head>
      <body data-page="${name}">
        <main>${body}</main>
        <footer>A sandbox. Nothing leaves this computer.</footer>
      </body>
    </html> `
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src ${styleHash}; img-src data:; form-action ${formTargets}; base-uri 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
  return { status, headers, text: markup, ...(error === undefined ? {} : { error }) }
}

/** Shows an error to the person, where sending the browser back would be unsafe. */
export function renderErrorPage(status: number, error: string, description: string): Answer {
  const title = 'This sign-in cannot go on'
  const body = html`<h1>${title}</h1>
    <p role="alert">${description}</p>
    <p class="soft"><code>${error}</code></p>`
  return renderPage({ name: 'error', title, body, status, error })
}

/** Tells the person that all is done. */
export function renderNotice(text: string): Answer {
  return renderPage({
    name: 'notice',
    title: 'Done',
    body: html`<h1>Done</h1>
      <p>${text}</p>`,
  })
}
