import type { SandboxAccount } from '../accounts.ts'
import type { Answer, Call } from '../call.ts'
import { renderErrorPage } from '../pages/page.ts'
import { formText } from './authenticate-client.ts'
import type { SandboxClient } from './clients.ts'
import { renderConsentPage } from './consent-page.ts'
import type { Parameters } from './form.ts'
import type { OAuthContext } from './oauth-context.ts'
import type { OAuthRoute } from './oauth-service.ts'
import { type PersonFrame, signInPath } from './person-frame.ts'
import { renderAccountsPage, renderCodePage, renderPasswordPage, type SignInProblem } from './sign-in-pages.ts'
import { isTotpCode, totpCode } from './totp.ts'

/** GoTo's codes were seen to live about 10 minutes; the pages get as long. */
const pageLifeMs = 10 * 60 * 1000

/** Which scopes a client asks for, and with which parameters. */
export interface AskedScopes {
  readonly client: SandboxClient
  readonly scopes: readonly string[]
  readonly parameters: Parameters
}

/** What is one vendor's own in asking a person. */
export interface PersonManners {
  /** Where the decision is sent. */
  readonly path: string
  /** Whose pages they are. */
  readonly vendorName: string
  /** Whether the person may allow some of the scopes only. */
  readonly picksScopes: boolean
  /** Finds the person whom a client expects. Default: requests name nobody, so it is the only one there is. */
  findExpected?(asked: AskedScopes): SandboxAccount | undefined
  /** Whether the person is to choose who they are, whoever is expected. */
  choosesAccount?(asked: AskedScopes): boolean
  /** Whether somebody who has signed in is not asked, since they allowed all of it before. */
  skipsConsent?(asked: AskedScopes, account: SandboxAccount): boolean
}

/** A question to a person, and what follows from the answer. */
export interface Question extends AskedScopes {
  /** Where the browser is sent then; absent where it stays. */
  readonly redirectUri?: string
  allow(call: Call, decision: Decision): Answer
  deny(reason: string): Answer
}

export interface Decision {
  readonly account: SandboxAccount
  readonly scopes: readonly string[]
  /** Whether the person was asked. */
  readonly pageShown: boolean
}

/** The pages on which a person signs in and decides. */
export interface PersonPages {
  readonly routes: readonly OAuthRoute[]
  ask(call: Call, question: Question): Answer
  reset(): void
}

interface Asked {
  readonly id: string
  readonly question: Question
  readonly expiresAtMs: number
  /** Who gave the right password, and still owes the second factor. */
  proved?: SandboxAccount
  /** Who has signed in. */
  person?: SandboxAccount
}

export function createPersonPages({ accounts, clock, random }: OAuthContext, manners: PersonManners): PersonPages {
  const open = new Map<string, Asked>()
  const { findExpected = () => accounts.only() } = manners

  function frameOf({ id, question }: Asked): PersonFrame {
    const { client, redirectUri } = question
    const { path, vendorName } = manners
    const clientName = client.name ?? client.id
    return { path, vendorName, requestId: id, clientName, ...(redirectUri === undefined ? {} : { redirectUri }) }
  }

  function ask(call: Call, question: Question): Answer {
    const asked: Asked = {
      id: random.token('authorization request'),
      question,
      expiresAtMs: clock.nowMs() + pageLifeMs,
    }
    open.set(asked.id, asked)
    const expected = manners.choosesAccount?.(question) === true ? undefined : findExpected(question)
    return expected === undefined ? renderAccountsPage(frameOf(asked), accounts.list()) : begin(call, asked, expected)
  }

  /** An account without a password counts as signed in on this computer. */
  function begin(call: Call, asked: Asked, account: SandboxAccount): Answer {
    if (account.password === undefined) return askSecondFactor(call, asked, account)
    return renderPasswordPage({ ...frameOf(asked), principal: account.principal })
  }

  function askSecondFactor(call: Call, asked: Asked, account: SandboxAccount): Answer {
    if (account.totpSecret === undefined) return askConsent(call, asked, account)
    asked.proved = account
    return showCodePage(asked, account, account.totpSecret)
  }

  function showCodePage(asked: Asked, account: SandboxAccount, secret: string, again?: CodeProblem): Answer {
    const currentCode = totpCode(secret, clock.nowMs())
    return renderCodePage({ ...frameOf(asked), account, secret, currentCode, ...again })
  }

  function askConsent(call: Call, asked: Asked, account: SandboxAccount): Answer {
    const { id, question } = asked
    call.entry.account = account.accountKey
    if (manners.skipsConsent?.(question, account) === true) {
      open.delete(id)
      return question.allow(call, { account, scopes: question.scopes, pageShown: false })
    }
    asked.person = account
    const { picksScopes } = manners
    return renderConsentPage({ ...frameOf(asked), account, scopes: question.scopes, picksScopes })
  }

  /** Answers a form of the sign-in: a chosen account, a password, a code, or the wish to be somebody else. */
  function signIn(call: Call): Answer {
    const form = new URLSearchParams(formText(call))
    const asked = findOpen(call, form)
    if (asked === undefined) return tooLate()
    const { proved } = asked
    delete asked.proved
    delete asked.person
    const [chosen, principal, code] = ['account', 'principal', 'code'].map((name) => form.get(name))
    if (typeof principal === 'string') return checkPassword(call, asked, principal, form.get('password') ?? '')
    if (typeof code === 'string' && proved !== undefined) return checkCode(call, asked, proved, code)
    if (typeof chosen !== 'string') return renderAccountsPage(frameOf(asked), accounts.list())
    const account = accounts.find(chosen)
    return account === undefined
      ? renderPasswordPage({ ...frameOf(asked), principal: chosen })
      : begin(call, asked, account)
  }

  function checkPassword(call: Call, asked: Asked, typed: string, password: string): Answer {
    const principal = typed.trim()
    const account = accounts.find(principal)
    if (account !== undefined && (account.password ?? password) === password) {
      return askSecondFactor(call, asked, account)
    }
    const problem = account === undefined ? unknownPerson : wrongPassword
    return renderPasswordPage({ ...frameOf(asked), principal, problem })
  }

  function checkCode(call: Call, asked: Asked, account: SandboxAccount, typed: string): Answer {
    const { totpSecret: secret } = account
    if (secret === undefined || isTotpCode(typed, secret, clock.nowMs())) return askConsent(call, asked, account)
    asked.proved = account
    return showCodePage(asked, account, secret, { typed, problem: wrongCode })
  }

  function decide(call: Call): Answer {
    const form = new URLSearchParams(formText(call))
    const asked = findOpen(call, form)
    if (asked === undefined) return tooLate()
    open.delete(asked.id)
    const { person, question } = asked
    if (form.get('decision') !== 'allow') return question.deny('The person said no.')
    if (person === undefined) return renderErrorPage(400, 'invalid_request', 'Nobody has signed in on this page.')
    const picked = form.getAll('scope')
    const scopes = manners.picksScopes ? question.scopes.filter((scope) => picked.includes(scope)) : question.scopes
    if (scopes.length === 0) return question.deny('The person allowed no scope.')
    call.entry.account = person.accountKey
    return question.allow(call, { account: person, scopes, pageShown: true })
  }

  function findOpen(call: Call, form: URLSearchParams): Asked | undefined {
    const asked = open.get(form.get('request') ?? '')
    if (asked === undefined || clock.nowMs() >= asked.expiresAtMs) return undefined
    call.entry.clientId = asked.question.client.id
    return asked
  }

  const { path } = manners
  const post = { kind: 'authorize', method: 'POST' } as const
  return {
    routes: [
      { ...post, operation: 'signIn', path: signInPath(path), answer: signIn },
      { ...post, operation: 'decideAuthorization', path, answer: decide },
    ],
    ask,
    reset: () => open.clear(),
  }
}

interface CodeProblem {
  readonly typed: string
  readonly problem: SignInProblem
}

const unknownPerson: SignInProblem = { error: 'unknown_person', text: 'There is no account with this e-mail address.' }
const wrongPassword: SignInProblem = { error: 'wrong_password', text: 'The password is wrong.' }
const wrongCode: SignInProblem = { error: 'wrong_code', text: 'The code is wrong or too old.' }

function tooLate(): Answer {
  return renderErrorPage(400, 'invalid_request', 'This page was used before or is too old. Start the sign-in again.')
}
