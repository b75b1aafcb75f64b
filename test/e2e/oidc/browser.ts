/** Follows redirects as a browser does, with its cookies, until one leads away from the server: the callback. */
export async function browse(start: URL): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = start
  for (let step = 0; step < 12; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    keepCookies(cookies, response)
    const location = response.headers.get('location')
    if (location === null) throw new Error(`The server answered ${response.status}: ${await response.text()}`)
    await response.body?.cancel()
    url = new URL(location, url)
    if (url.origin !== start.origin) return url
  }
  throw new Error('The server redirects without end.')
}

/**
 * Sends the forms of the pages that follow one another, with the fields given, until a page has none: what a person does
 * who types a code in and confirms it.
 */
export async function submitForms(start: URL, fields: Readonly<Record<string, string>>): Promise<void> {
  const cookies = new Map<string, string>()
  let next: { url: URL; body?: URLSearchParams } = { url: start }
  for (let step = 0; step < 20; step += 1) {
    const { url, body } = next
    const init = body === undefined ? {} : { method: 'POST', body }
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie }, ...init })
    keepCookies(cookies, response)
    const location = response.headers.get('location')
    const page = await response.text()
    const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1]
    if (location !== null) next = { url: new URL(location, url) }
    else if (action !== undefined) next = { url: new URL(action, url), body: fill(page, fields) }
    else return
  }
  throw new Error('The server shows forms without end.')
}

function fill(page: string, fields: Readonly<Record<string, string>>): URLSearchParams {
  const hidden = page.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)
  const body = new URLSearchParams(Array.from(hidden, ([, name = '', value = '']) => [name, value]))
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  return body
}

function keepCookies(cookies: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    cookies.set(pair.slice(0, at), pair.slice(at + 1))
  }
}
