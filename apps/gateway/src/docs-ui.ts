import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

/** A file of the documentation pages. */
export interface DocsFile {
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly type: string
}

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Grantkit gateway</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="docs"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`
// A file of its own, so that the page needs no inline script. No validator: it would send the address elsewhere.
const start = "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null })\n"

/** Nothing comes from anywhere else. The style sheet of Swagger UI is applied to elements it makes, hence inline styles. */
export const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const written: Readonly<Record<string, DocsFile>> = {
  'index.html': { body: page, type: 'text/html; charset=utf-8' },
  'start.js': { body: start, type: 'text/javascript; charset=utf-8' },
}
const require = createRequire(import.meta.url)
const fromPackage: Readonly<Record<string, { readonly path: () => string; readonly type: string }>> = {
  'swagger-ui.css': { path: () => require.resolve('swagger-ui-dist/swagger-ui.css'), type: 'text/css; charset=utf-8' },
  'swagger-ui-bundle.js': {
    path: () => require.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
    type: 'text/javascript; charset=utf-8',
  },
}

/** Gives one of the few files there are; nothing for any other name. */
export async function readDocsFile(name: string): Promise<DocsFile | undefined> {
  const file = Object.hasOwn(fromPackage, name) ? fromPackage[name] : undefined
  if (file === undefined) return Object.hasOwn(written, name) ? written[name] : undefined
  return { body: new Uint8Array(await readFile(file.path())), type: file.type }
}
