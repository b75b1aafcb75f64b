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
  signInPath,
  vendorLine,
} from './person-frame.ts'

/** What was wrong with the last try. */
export interface SignInProblem {
  /** For the ledger. */
  readonly error: string
  readonly text: string
}

/** Lets a person choose who they are. */
export function renderAccountsPage(frame: PersonFrame, accounts: readonly SandboxAccount[]): Answer {
  const rows = accounts.map(
    (account) =>
      html`<li>
        <button class="person" type="submit" name="account" value="${account.principal}">${personRow(account)}</button>
      </li>`,
  )
  const body = html`${vendorLine(frame)}
    <h1>Choose an account</h1>
    <p class="soft">to go on to ${frame.clientName}</p>
    <form method="post" action="${signInPath(frame.path)}">
      ${requestField(frame)}
      <ul class="people" aria-label="Accounts">
        ${rows}
      </ul>
      <div class="choice">
        <button type="submit" name="account" value="">Use another account</button>
        ${denyButton(frame, 'Cancel')}
      </div>
    </form>`
  return renderPage({ name: 'accounts', title: 'Choose an account', body, formTargets: formTargets(frame) })
}

export interface PasswordPage extends PersonFrame {
  /** Who tries to sign in, as typed or chosen; empty: nobody yet. */
  readonly principal: string
  readonly problem?: SignInProblem
}

/** Asks for e-mail address and password. What was typed stays, but for the password. */
export function renderPasswordPage(page: PasswordPage): Answer {
  const { principal, problem } = page
  const asksWho = principal === '' || problem?.error === 'unknown_person'
  const body = html`${vendorLine(page)}
    <h1>Sign in</h1>
    <p class="soft">to go on to ${page.clientName}</p>
    ${problemLine(problem)}
    <form method="post" action="${signInPath(page.path)}">
      ${requestField(page)}
      <div class="field">
        <label for="principal">E-mail address</label>
        <input
          id="principal"
          name="principal"
          type="email"
          value="${principal}"
          required
          autocomplete="username"
          spellcheck="false"
          ${asksWho ? focusMarks(problem) : undefined}
        />
      </div>
      <div class="field">
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          ${asksWho ? undefined : focusMarks(problem)}
        />
      </div>
      <div class="choice">
        <button class="go" type="submit">Sign in</button>
        ${denyButton(page, 'Cancel')}
      </div>
    </form>
    ${otherAccountForm(page, 'Choose from all accounts')}`
  return renderForm(page, { name: 'password', title: 'Sign in', body })
}

export interface CodePage extends PersonFrame {
  readonly account: SandboxAccount
  readonly secret: string
  /** The code that is right now. */
  readonly currentCode: string
  readonly typed?: string
  readonly problem?: SignInProblem
}

/** Asks for the second factor, and tells what it is: nobody has to set up an app to try this out. */
export function renderCodePage(page: CodePage): Answer {
  const { account, currentCode, problem, secret, typed } = page
  const body = html`${vendorLine(page)}
    <h1>Enter your one-time code</h1>
    <div class="who"><div class="person">${personRow(account)}</div></div>
    ${problemLine(problem)}
    <form method="post" action="${signInPath(page.path)}">
      ${requestField(page)}
      <div class="field">
        <label for="code">Code of your authenticator app</label>
        <input
          id="code"
          name="code"
          value="${typed}"
          required
          inputmode="numeric"
          autocomplete="one-time-code"
          spellcheck="false"
          ${focusMarks(problem)}
        />
      </div>
      <div class="choice">
        <button class="go" type="submit">Go on</button>
        ${denyButton(page, 'Cancel')}
      </div>
    </form>
    <section class="note" aria-labelledby="affordance">
      <strong id="affordance">Only in the sandbox</strong>
      <dl>
        <dt>Code now</dt>
        <dd id="current-code">${currentCode}</dd>
        <dt>Secret</dt>
        <dd>${secret}</dd>
      </dl>
      <p class="soft">
        The code changes every 30 seconds of the sandbox’s clock. The secret is for an authenticator app.
      </p>
    </section>
    ${otherAccountForm(page, 'Use another account')}`
  return renderForm(page, { name: 'code', title: 'One-time code', body })
}

interface FormPage {
  readonly name: string
  readonly title: string
  readonly body: Html
}

function renderForm(page: PersonFrame & { readonly problem?: SignInProblem }, form: FormPage): Answer {
  const shown = { ...form, formTargets: formTargets(page) }
  if (page.problem === undefined) return renderPage(shown)
  const { error, text } = page.problem
  // 403: credentials were given, and they do not suffice (RFC 9110 section 15.5.4).
  return renderPage({ ...shown, title: `${text} ${form.title}`, status: 403, error })
}

function problemLine(problem: SignInProblem | undefined): Html | undefined {
  return problem && html`<p class="problem" role="alert" id="problem">${problem.text}</p>`
}

/** The field to go on with; a screen reader reads what was wrong together with its label. */
function focusMarks(problem: SignInProblem | undefined): Html {
  return problem === undefined ? html` autofocus` : html` autofocus aria-invalid="true" aria-describedby="problem"`
}
