import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../assets/inspector/', import.meta.url)

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}

/** Nothing but the page's own files and the control it belongs to; nobody can frame it and press its buttons. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

let files: ReadonlyMap<string, string> | undefined

/** Answers the live page and the files it is made of; nothing where the name is another. */
export function answerInspector(name: string): Response | undefined {
  if (name === 'inspector') return new Response(null, { status: 308, headers: { location: '/__sandbox/inspector/' } })
  if (!name.startsWith('inspector/')) return undefined
  files ??= new Map(readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]))
  const file = name.slice('inspector/'.length) || 'index.html'
  const text = files.get(file)
  if (text === undefined) return undefined
  const headers = {
    'content-type': contentTypes[file.split('.').at(-1) ?? ''] ?? 'text/plain',
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
  return new Response(text, { headers })
}
