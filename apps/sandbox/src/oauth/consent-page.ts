import type { SandboxAccount } from '../accounts.ts'
import type { Answer } from '../call.ts'
import { type Html, html } from '../pages/html.ts'
import { renderPage } from '../pages/page.ts'
import {
  denyButton,
  formTargets,
  otherAccountForm,
  type PersonFrame,
  personRow,
  requestField,
  vendorLine,
} from './person-frame.ts'
import { scopeMeaning } from './scope-meanings.ts'

export interface ConsentPage extends PersonFrame {
  /** Who is signed in. */
  readonly account: SandboxAccount
  readonly scopes: readonly string[]
  /** Whether each scope has a box to untick. */
  readonly picksScopes: boolean
}

/** Shows who asks for what, and lets the person who is signed in allow or deny it. */
export function renderConsentPage(page: ConsentPage): Answer {
  const { account, clientName, scopes, picksScopes, redirectUri } = page
  const body = html`${vendorLine(page)}
    <h1>Allow ${clientName} to use your account?</h1>
    <div class="who">
      <div class="person" data-principal="${account.principal}">${personRow(account)}</div>
      ${otherAccountForm(page, 'Use another account')}
    </div>
    <form method="post" action="${page.path}">
      ${requestField(page)}
      <h2 id="scopes">It would be allowed to</h2>
      <ul class="scopes" aria-labelledby="scopes">
        ${scopes.map((scope) => scopeRow(scope, picksScopes))}
      </ul>
      ${picksScopes ? html`<p class="soft">Untick what you do not want to allow.</p>` : undefined}
      ${redirectUri === undefined ? undefined : html`<p class="soft">You will be sent back to <code>${redirectUri}</code></p>`}
      <div class="choice">
        <button class="go" type="submit" name="decision" value="allow">Allow</button>
        ${denyButton(page, 'Deny')}
      </div>
    </form>`
  return renderPage({ name: 'consent', title: `Allow ${clientName}?`, body, formTargets: formTargets(page) })
}

function scopeRow(scope: string, isPicked: boolean): Html {
  const meaning = scopeMeaning(scope)
  const text = html`${meaning}${meaning === undefined ? '' : ' '}<code>${scope}</code>`
  if (!isPicked) return html`<li>${text}</li>`
  return html`<li>
    <label><input type="checkbox" name="scope" value="${scope}" checked /><span>${text}</span></label>
  </li>`
}
