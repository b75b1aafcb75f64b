import { type Html, html } from '../pages/html.ts'

/** What all pages of one question to a person have in common. */
export interface PersonFrame {
  /** Where the decision is sent; signing in has a path of its own below it. */
  readonly path: string
  readonly vendorName: string
  readonly requestId: string
  readonly clientName: string
  /** Where the browser is sent afterwards; absent where it stays. */
  readonly redirectUri?: string
}

/** The path that the forms of the sign-in are sent to. */
export function signInPath(path: string): string {
  return `${path}/sign-in`
}

export function vendorLine({ vendorName }: PersonFrame): Html {
  return html`<p class="vendor">${vendorName}, played</p>`
}

export function requestField({ requestId }: PersonFrame): Html {
  return html`<input type="hidden" name="request" value="${requestId}" />`
}

/** Ends everything, from whichever form it stands in. */
export function denyButton({ path }: PersonFrame, label: string): Html {
  return html`<button type="submit" formaction="${path}" formnovalidate name="decision" value="deny">${label}</button>`
}

/** Goes back to where people are chosen. */
export function otherAccountForm(frame: PersonFrame, label: string): Html {
  return html`<form method="post" action="${signInPath(frame.path)}">
    ${requestField(frame)}
    <button class="link" type="submit" name="other" value="yes">${label}</button>
  </form>`
}

export function personRow({ name, principal, accountKey }: Person): Html {
  const shown = name ?? principal
  const first = Array.from(shown)[0] ?? ''
  return html`<span class="letter" aria-hidden="true">${first.toUpperCase()}</span>
    <span>${shown}<small>${principal}</small><small>Account ${accountKey}</small></span>`
}

interface Person {
  readonly name?: string
  readonly principal: string
  readonly accountKey: string
}

/** Where the forms may lead. Chromium applies it to the redirect that answers a form, too. */
export function formTargets({ redirectUri }: PersonFrame): string {
  if (redirectUri === undefined) return "'self'"
  const { origin, protocol } = new URL(redirectUri)
  return `'self' ${origin === 'null' ? protocol : origin}`
}
