/** What a fetch resolves with, as far as auth-core looks at it: a real Response costs more than the rest of a history. */
export function wireAnswer(status: number, body: string, options: { type?: string; isCut?: boolean } = {}): Response {
  const { type = 'application/json', isCut = false } = options
  const headers = { get: (name: string) => (name.toLowerCase() === 'content-type' ? type : null) }
  const chunks = isCut ? [body.slice(0, body.length / 2)] : [body]
  const read = async (): Promise<{ done: boolean; value?: Uint8Array }> => {
    const chunk = chunks.shift()
    if (chunk !== undefined) return { done: false, value: encoder.encode(chunk) }
    if (isCut) throw new TypeError('terminated')
    return { done: true }
  }
  const reader = { read, cancel: async () => undefined }
  const json = async (): Promise<unknown> => JSON.parse(body)
  const stream = { getReader: () => reader, cancel: async () => undefined }
  return { status, ok: status === 200, headers, json, body: body === '' ? null : stream } as unknown as Response
}

const encoder = new TextEncoder()
