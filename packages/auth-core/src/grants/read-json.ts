const longestBodyBytes = 1024 * 1024

/**
 * Reads a body once, at most 1 MiB of it, and parses it as a JSON object. No body for anything else. Rejects when the
 * connection breaks before the end.
 */
export async function readJson(response: Response): Promise<{ isJson: boolean; body?: Record<string, unknown> }> {
  const isJson = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i.test(response.headers.get('content-type') ?? '')
  const text = await readText(response)
  if (text === undefined) return { isJson }
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
      return { isJson, body: body as Record<string, unknown> }
    }
  } catch {
    // The parser's message may quote the body: it is left behind on purpose.
  }
  return { isJson }
}

async function readText(response: Response): Promise<string | undefined> {
  if (response.body === null) return ''
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > longestBodyBytes) {
      // The rest is of no use; a failure to say so changes nothing.
      reader.cancel().catch(() => undefined)
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}
