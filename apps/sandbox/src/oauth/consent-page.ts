import { createHash } from 'node:crypto'
import type { SandboxAccount } from '../accounts.ts'
import type { Answer } from '../call.ts'

const style = `
:root { color-scheme: light dark; --ink: #1a1d21; --soft: #565d66; --paper: #fff; --edge: #c9ced6; --go: #0b5cad; --on-go: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #eceff3; --soft: #a9b1bb; --paper: #16191d; --edge: #454c55; --go: #8cc4ff; --on-go: #0d1b2a } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: min(30rem, 100%); border: 1px solid var(--edge); border-radius: .75rem; padding: 1.5rem 1.75rem }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .5rem }
p { margin: .5rem 0 } .soft { color: var(--soft); font-size: .9rem }
h2 { font-size: 1rem; margin: 1.25rem 0 .25rem }
fieldset { border: 1px solid var(--edge); border-radius: .5rem; margin: 1.25rem 0 0; padding: .5rem 1rem .75rem }
legend { padding: 0 .4rem; font-weight: 600 }
label { display: flex; gap: .6rem; align-items: baseline; padding: .25rem 0 }
ul { margin: .25rem 0; padding-left: 1.2rem }
li { margin: .35rem 0 } li code, label .soft { display: block; color: var(--soft) }
code { overflow-wrap: anywhere; font-size: .9em }
.choice { display: flex; gap: .75rem; margin-top: 1.5rem }
button { flex: 1; font: inherit; font-weight: 600; padding: .65rem 1rem; border-radius: .5rem; border: 1px solid var(--edge); background: transparent; color: inherit; cursor: pointer }
button.go { background: var(--go); color: var(--on-go); border-color: var(--go) }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px }
`
const styleHash = createHash('sha256').update(style).digest('base64')

/** What scopes mean, in our words; others are shown by name only. */
const scopeMeanings: Readonly<Record<string, string>> = {
  'voice-admin.v1.read': 'See the phone system: queues, extensions, numbers, devices, locations',
  'voice-admin.v1.write': 'Change the phone system',
  'users.v1.lines.read': 'See users and their lines',
  'users.v1.read': 'See who you are',
  'identity:': 'See and manage users of the account and of the organisation',
  'identity:scim.me': 'See and change who you are',
  'identity:scim.org': 'See and manage users and groups of the organisation',
  'collab:': 'See and manage meetings and organizers',
}

export interface ConsentPage {
  /** Where the form is sent. */
  readonly path: string
  readonly vendorName: string
  /** Whether each scope has a box to untick. */
  readonly picksScopes: boolean
  readonly requestId: string
  readonly clientName: string
  readonly scopes: readonly string[]
  readonly accounts: readonly SandboxAccount[]
  readonly redirectUri: string
}

/** Shows who asks for what, and lets a person allow or deny it: one form, no script, nothing from elsewhere. */
export function renderConsentPage(page: ConsentPage): Answer {
  const scopes = page.scopes.map((scope) => {
    const meaning = Object.hasOwn(scopeMeanings, scope) ? scopeMeanings[scope] : undefined
    const text = `${meaning === undefined ? '' : `${escapeHtml(meaning)} `}<code>${escapeHtml(scope)}</code>`
    if (!page.picksScopes) return `<li>${text}</li>`
    return `<li><label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked><span>${text}</span></label></li>`
  })
  const body = `
<h1>Allow ${escapeHtml(page.clientName)} to use your account?</h1>
<p class="soft">This is the sandbox playing ${escapeHtml(page.vendorName)}’s sign-in. Nothing leaves this computer.</p>
<form method="post" action="${escapeHtml(page.path)}">
<input type="hidden" name="request" value="${escapeHtml(page.requestId)}">
<h2>It would be allowed to</h2><ul>${scopes.join('')}</ul>
${chooser(page.accounts)}
<p class="soft">You will be sent back to <code>${escapeHtml(page.redirectUri)}</code></p>
</form>`
  // Chromium applies form-action to the redirect that answers the form, too.
  return htmlAnswer(200, `Allow ${page.clientName}?`, body, `'self' ${formTarget(page.redirectUri)}`)
}

/** Asks for the code that a device shows, and for the decision. */
export function renderDevicePage(page: Pick<ConsentPage, 'path' | 'vendorName' | 'accounts'>): Answer {
  const body = `
<h1>Connect a device</h1>
<p class="soft">This is the sandbox playing ${escapeHtml(page.vendorName)}’s sign-in. Nothing leaves this computer.</p>
<form method="post" action="${escapeHtml(page.path)}">
<label for="code">Code that the device shows</label>
<input id="code" name="user_code" required autocomplete="off" autocapitalize="characters">
${chooser(page.accounts)}
</form>`
  return htmlAnswer(200, 'Connect a device', body, "'self'")
}

/** Tells the person that all is done. */
export function renderNotice(text: string): Answer {
  return htmlAnswer(200, 'Done', `<h1>Done</h1><p>${escapeHtml(text)}</p>`)
}

function chooser(accounts: readonly SandboxAccount[]): string {
  const choices = accounts.map((account, index) => {
    const label = `${escapeHtml(account.name ?? account.principal)} <span class="soft">${escapeHtml(account.principal)}, account ${escapeHtml(account.accountKey)}</span>`
    const checked = index === 0 ? ' checked' : ''
    return `<label><input type="radio" name="account" value="${escapeHtml(account.principal)}"${checked}><span>${label}</span></label>`
  })
  return `<fieldset><legend>As</legend>${choices.join('')}</fieldset>
<div class="choice">
<button class="go" type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny">Deny</button>
</div>`
}

/** Shows an error to the person, where sending the browser back would be unsafe. */
export function renderErrorPage(status: number, error: string, description: string): Answer {
  const body = `<h1>This sign-in cannot go on</h1><p>${escapeHtml(description)}</p><p class="soft"><code>${escapeHtml(error)}</code></p>`
  return { ...htmlAnswer(status, 'This sign-in cannot go on', body), error }
}

function htmlAnswer(status: number, title: string, body: string, formTargets: string = "'none'"): Answer {
  const text = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body><main>${body}</main></body>
</html>`
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action ${formTargets}; base-uri 'none'; frame-ancestors 'none'`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    },
    text,
  }
}

function formTarget(redirectUri: string): string {
  const { origin, protocol } = new URL(redirectUri)
  return origin === 'null' ? protocol : origin
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
