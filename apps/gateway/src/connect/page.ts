import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'

/** What a person sees in the browser. All text is escaped. */
export interface Page {
  readonly status: 200 | 400 | 404 | 502 | 503
  readonly title: string
  readonly text: string
  /** What to do now; or the words on the button. */
  readonly advice: string
  /** Where the button sends the browser. */
  readonly button?: { readonly label: string; readonly action: string; readonly leadsTo: string }
}

const style =
  ':root{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif}body{margin:0;background:Canvas;color:CanvasText}main{max-width:34rem;margin:15vh auto;padding:0 1.5rem}' +
  'h1{font-size:1.6rem}button{font:inherit;padding:.6rem 1.4rem;border-radius:.4rem;cursor:pointer}p{overflow-wrap:anywhere}'
const styleHash = createHash('sha256').update(style).digest('base64')

/** Writes a page that loads nothing, is kept nowhere and can be framed by nobody. */
export async function toPage({ status, title, text, advice, button }: Page): Promise<Response> {
  const form = button && html`<form method="post" action="${button.action}"><button>${button.label}</button></form>`
  const body = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p>${text}</p>
          <p>${advice}</p>
          ${form ?? ''}
        </main>
      </body>
    </html>`
  // A form that is redirected needs its last address allowed, too.
  const formAction = button === undefined ? "'none'" : `'self' ${button.leadsTo}`
  return new Response(String(body), {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  })
}
