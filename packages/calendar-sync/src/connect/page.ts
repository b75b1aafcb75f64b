/** What a person is shown. All of it is escaped. */
export interface Page {
  readonly status: number
  readonly title: string
  readonly text: string
  /** What to do now. */
  readonly advice: string
}

const style =
  ':root{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif}main{max-width:34rem;margin:15vh auto;padding:0 1.5rem}' +
  'h1{font-size:1.6rem}p{overflow-wrap:anywhere}'

/** Writes a page that loads nothing, runs nothing, and can be framed by nobody. `backTo`: where the way on leads. */
export function toPage({ status, title, text, advice }: Page, backTo: string | undefined): Response {
  const nonce = crypto.randomUUID()
  const back = backTo === undefined ? '' : `<p><a href="${escape(backTo)}">Back to the app</a></p>`
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
<p>${escape(text)}</p>
<p>${escape(advice)}</p>
${back}
</main>
</body>
</html>
`
  return new Response(body, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
  })
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
