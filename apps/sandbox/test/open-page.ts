import type { Sandbox } from '../src/sandbox.ts'

/** A page as a browser has it: what it says, and what its forms do. */
export interface OpenPage {
  readonly status: number
  readonly name: string
  readonly html: string
  /** Where the browser was sent instead. */
  readonly location: URL | undefined
  readonly headers: Headers
  /** Fills in fields and presses the first button, or the one with this name and value. */
  submit(fields: Readonly<Record<string, string>> | readonly (readonly [string, string])[]): Promise<OpenPage>
}

/** Opens a page, or where it sends the browser, without going there. */
export async function openPage(sandbox: Sandbox, url: URL | string, init?: RequestInit): Promise<OpenPage> {
  const response = await sandbox.fetch(url, init)
  const html = await response.text()
  const { headers, status } = response
  const location = headers.get('location')
  const attribute = (pattern: RegExp): string => pattern.exec(html)?.[1] ?? ''
  return {
    status,
    name: attribute(/data-page="([^"]+)"/),
    html,
    headers,
    location: location === null ? undefined : new URL(location),
    submit(fields) {
      const filled = Array.isArray(fields) ? fields : Object.entries(fields)
      const decides = filled.some(([name]) => name === 'decision')
      const path = attribute(decides ? /formaction="([^"]+)"/ : /<form method="post" action="([^"]+)"/)
      const request = attribute(/name="request" value="([^"]+)"/)
      const body = new URLSearchParams([...(request === '' ? [] : [['request', request]]), ...filled])
      return openPage(sandbox, new URL(path, url), { method: 'POST', body })
    },
  }
}
