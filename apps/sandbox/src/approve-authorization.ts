import { checkKeys } from './check-option.ts'
import { SandboxError } from './sandbox-error.ts'

export interface ApproveOptions {
  /** Default `allow`. */
  readonly decision?: 'allow' | 'deny'
  /** Login e-mail of who signs in. Default: the one whom the page expects, or the first one on it. */
  readonly account?: string
  /** What is typed where a password is asked for. A one-time code is read off the page. */
  readonly password?: string
  /** The scopes whose boxes stay ticked, where the page has boxes. Default: all. */
  readonly scopes?: readonly string[]
}

type FetchLike = (input: string, init?: RequestInit) => Promise<Response>

/** More pages than a sign-in has; a person who sees more walks in circles. */
const pageLimit = 6

/**
 * Acts as the browser and the person in it: opens the authorization URL, signs in as far as the pages ask for it,
 * presses Allow or Deny, and returns where the browser is sent then, without going there.
 *
 * Fails with `authorization_page` if the server shows an error page instead, or refuses the account or the password.
 */
export async function approveAuthorization(
  fetch: FetchLike,
  url: URL | string,
  options: ApproveOptions = {},
): Promise<URL> {
  checkKeys(options, ['decision', 'account', 'password', 'scopes'], 'The options of approveAuthorization')
  const start = new URL(url)
  let answer = await fetch(start.href, { redirect: 'manual' })
  for (let page = 1; page <= pageLimit; page += 1) {
    const location = answer.headers.get('location')
    if (location !== null) return new URL(location, start)
    const html = await answer.text()
    const form = answer.status === 200 ? fillIn(html, options) : undefined
    if (form === undefined) throw pageError(answer.status, html)
    answer = await fetch(new URL(form.action, start).href, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.fields.toString(),
      redirect: 'manual',
    })
  }
  throw pageError(answer.status, await answer.text())
}

type Field = [name: string, value: string]

interface FilledForm {
  readonly action: string
  readonly fields: URLSearchParams
}

/** Does on a page what a person would; nothing where it has no form. */
function fillIn(html: string, options: ApproveOptions): FilledForm | undefined {
  const request = readAttribute(html, /<input type="hidden" name="request" value="([^"]+)"/)
  const signIn = readAttribute(html, /<form method="post" action="([^"]+)">/)
  const decide = readAttribute(html, /formaction="([^"]+)"/)
  if (request === undefined || signIn === undefined || decide === undefined) return undefined
  const fill = (action: string, fields: readonly Field[]): FilledForm => {
    return { action, fields: new URLSearchParams([['request', request], ...fields]) }
  }
  if (options.decision === 'deny') return fill(decide, [['decision', 'deny']])

  switch (readAttribute(html, /<body data-page="([^"]+)">/)) {
    case 'accounts':
      return fill(signIn, [['account', chooseAccount(html, options)]])
    case 'password':
      return fill(signIn, typePassword(html, options))
    case 'code':
      return fill(signIn, [['code', readAttribute(html, /id="current-code">(\d+)</) ?? '']])
    default: {
      const { account } = options
      const person = readAttribute(html, /data-principal="([^"]+)"/)
      if (account !== undefined && account !== person) return fill(signIn, [['other', 'yes']])
      const scopes = options.scopes ?? readAll(html, /name="scope" value="([^"]+)" checked/g)
      return fill(decide, [['decision', 'allow'], ...scopes.map((scope): Field => ['scope', scope])])
    }
  }
}

function chooseAccount(html: string, { account }: ApproveOptions): string {
  const offered = readAll(html, /name="account" value="([^"]+)"/g)
  const chosen = offered.find((each) => account === undefined || each === account)
  if (chosen !== undefined) return chosen
  throw new SandboxError('authorization_page', `The page offers no account "${account}", but ${offered.join(', ')}.`)
}

function typePassword(html: string, { account, password }: ApproveOptions): Field[] {
  const principal = account ?? readAttribute(html, /name="principal"[^>]*?value="([^"]+)"/) ?? ''
  if (password !== undefined)
    return [
      ['principal', principal],
      ['password', password],
    ]
  throw new SandboxError(
    'authorization_page',
    `The page asks for the password of ${principal}: name it in the options.`,
  )
}

function readAttribute(html: string, pattern: RegExp): string | undefined {
  const text = pattern.exec(html)?.[1]
  return text === undefined ? undefined : decodeEntities(text)
}

function readAll(html: string, pattern: RegExp): string[] {
  return Array.from(html.matchAll(pattern), ([, text = '']) => decodeEntities(text))
}

function decodeEntities(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
}

function pageError(status: number, html: string): SandboxError {
  const reason = readAttribute(html, /role="alert"[^>]*>([^<]*)</) ?? readAttribute(html, /<h1>([^<]*)<\/h1>/)
  return new SandboxError(
    'authorization_page',
    `The authorization server showed a page (${status}): ${reason ?? 'No consent page.'}`,
  )
}
