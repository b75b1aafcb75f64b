import { createHash } from 'node:crypto'

/** What a person sees in the browser after the redirect. */
export interface CallbackPage {
  readonly status: number
  readonly title: string
  /** What happened, one sentence. */
  readonly text: string
  /** What to do now. */
  readonly advice: string
}

type PageName = 'signedIn' | 'otherSignIn' | 'over' | 'notFound' | 'wrongMethod' | 'foreign'

export const pages: Readonly<Record<PageName, CallbackPage>> = {
  signedIn: {
    status: 200,
    title: 'You are signed in',
    text: 'The program has what it needs.',
    advice: 'You can close this tab.',
  },
  otherSignIn: {
    status: 400,
    title: 'This answer belongs to another sign-in',
    text: 'It was refused, and nothing was changed.',
    advice: 'Use the tab or the address of the sign-in that runs now. If there is none, start the program again.',
  },
  over: {
    status: 409,
    title: 'This sign-in is over',
    text: 'An answer counts once, and only while the program waits for it.',
    advice: 'The program shows how the sign-in went. You can close this tab.',
  },
  notFound: {
    status: 404,
    title: 'There is nothing here',
    text: 'This address waits for one sign-in only.',
    advice: 'You can close this tab.',
  },
  wrongMethod: {
    status: 405,
    title: 'This request is not a sign-in',
    text: 'Only a browser coming back from the sign-in page is answered here.',
    advice: 'You can close this tab.',
  },
  foreign: {
    status: 403,
    title: 'This request comes from somewhere else',
    text: 'It was refused, and nothing was changed.',
    advice: 'You can close this tab.',
  },
}

/** The page of a sign-in that did not work. `reason` may be anybody's text: it is escaped. */
export function failedPage(reason: string): CallbackPage {
  return {
    status: 400,
    title: 'Signing in did not work',
    text: reason,
    advice: 'Close this tab and start the program again; it shows the details.',
  }
}

const style =
  ':root{color-scheme:light dark;font:1.05rem/1.6 system-ui,sans-serif}' +
  'body{margin:0;min-height:100vh;display:grid;place-items:center}' +
  'main{max-width:32rem;padding:2rem}' +
  'h1{font-size:1.5rem;line-height:1.3;margin:0 0 1rem}' +
  'p{margin:0 0 .75rem;overflow-wrap:anywhere}'

const styleHash = createHash('sha256').update(style).digest('base64')

/** Nothing is loaded, framed, submitted, kept or passed on. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; ` +
    "frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  connection: 'close',
}

/** Writes a page as HTML. All text is escaped; control characters vanish. */
export function renderPage(page: CallbackPage): string {
  const title = escapeText(page.title)
  return (
    '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<title>${title}</title><link rel="icon" href="data:,"><style>${style}</style></head>\n` +
    `<body><main><h1>${title}</h1><p>${escapeText(page.text)}</p><p>${escapeText(page.advice)}</p></main></body>\n` +
    '</html>\n'
  )
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeText(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').replaceAll(/[&<>"']/g, (char) => entities[char] ?? '')
}
