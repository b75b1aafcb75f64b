/** Follows redirects as a browser does, with its cookies, until one leads away from the server: the callback. */
export async function browse(start: URL): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = start
  for (let step = 0; step < 12; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`The server answered ${response.status}: ${await response.text()}`)
    await response.body?.cancel()
    url = new URL(location, url)
    if (url.origin !== start.origin) return url
  }
  throw new Error('The server redirects without end.')
}
