import { checkKeys } from './check-option.ts'
import { SandboxError } from './sandbox-error.ts'

export interface ApproveOptions {
  /** Default `allow`. */
  readonly decision?: 'allow' | 'deny'
  /** Login e-mail of who signs in. Default: the first one on the page. */
  readonly account?: string
  /** The scopes whose boxes stay ticked, where the page has boxes. Default: all. */
  readonly scopes?: readonly string[]
}

type FetchLike = (input: string, init?: RequestInit) => Promise<Response>

/**
 * Acts as the browser and the person in it: opens the authorization URL, presses Allow or Deny, and returns where the
 * browser is sent then, without going there.
 *
 * Fails with `authorization_page` if the server shows an error page instead.
 */
export async function approveAuthorization(
  fetch: FetchLike,
  url: URL | string,
  options: ApproveOptions = {},
): Promise<URL> {
  checkKeys(options, ['decision', 'account', 'scopes'], 'The options of approveAuthorization')
  const start = new URL(url)
  const page = await fetch(start.href, { redirect: 'manual' })
  const sentBack = page.headers.get('location')
  if (sentBack !== null) return new URL(sentBack, start)

  const text = await page.text()
  const request = readAttribute(text, /<input type="hidden" name="request" value="([^"]+)">/)
  const firstAccount = readAttribute(text, /<input type="radio" name="account" value="([^"]+)" checked>/)
  if (page.status !== 200 || request === undefined) throw pageError(page.status, text)

  const form = new URLSearchParams({ request, decision: options.decision ?? 'allow' })
  form.set('account', options.account ?? firstAccount ?? '')
  for (const scope of options.scopes ??
    readAll(text, /<input type="checkbox" name="scope" value="([^"]+)" checked>/g)) {
    form.append('scope', scope)
  }
  const action = readAttribute(text, /<form method="post" action="([^"]+)">/) ?? ''
  const body = form.toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await fetch(new URL(action, start).href, {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
  })
  const location = answer.headers.get('location')
  if (location === null) throw pageError(answer.status, await answer.text())
  return new URL(location, start)
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
  const reason = /<h1>[^<]*<\/h1><p>([^<]*)<\/p>/.exec(html)?.[1] ?? 'No consent page.'
  return new SandboxError('authorization_page', `The authorization server showed a page (${status}): ${reason}`)
}
