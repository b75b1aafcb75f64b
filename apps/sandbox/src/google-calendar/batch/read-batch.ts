/** One call of a batch, as its part writes it. */
export interface BatchPart {
  /** What the client calls the part, without angle brackets. */
  readonly contentId?: string
  /** Absent where the part holds no request. */
  readonly call?: PartCall
}

export interface PartCall {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** Reads a multipart/mixed body (RFC 2046, section 5.1) of application/http parts; nothing where it is not one. */
export function readBatch(contentType: string, body: string): BatchPart[] | undefined {
  const boundary = /^multipart\/mixed\s*;.*\bboundary=("?)([^";]+)\1/i.exec(contentType)?.[2]?.trim()
  if (boundary === undefined) return undefined
  const [, ...sections] = `\n${body}`.split(`\n--${boundary}`)
  const end = sections.findIndex((section) => section.startsWith('--'))
  return end === -1 ? undefined : sections.slice(0, end).map(readPart)
}

/** Lines may end without a carriage return: some clients write them so. */
function readPart(section: string): BatchPart {
  // What ends the line of the boundary, and the line break before the next one.
  const { headers, rest } = splitHead(section.replace(/^[\t ]*\r?\n/, '').replace(/\r$/, ''))
  const contentId = headers.find(([name]) => name.toLowerCase() === 'content-id')?.[1].replace(/^<(.*)>$/, '$1')
  const call = readCall(rest)
  return { ...(contentId === undefined ? {} : { contentId }), ...(call === undefined ? {} : { call }) }
}

function readCall(text: string): PartCall | undefined {
  const [line = ''] = text.split('\n', 1)
  const [, method, target] = /^([A-Z]+) (\/\S*)(?: HTTP\/\d(?:\.\d)?)?\r?$/.exec(line) ?? []
  if (method === undefined || target === undefined) return undefined
  const { headers, rest } = splitHead(text.slice(line.length + 1))
  return { method, target, headers, body: rest }
}

function splitHead(text: string): Pick<PartCall, 'headers'> & { readonly rest: string } {
  const blank = /(?:^|\n)\r?\n/.exec(text)
  const head = blank === null ? text : text.slice(0, blank.index)
  const headers = head.split('\n').flatMap((line) => {
    const [, name, value] = /^([^\s:]+):[\t ]*(.*?)\s*$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [[name, value] as const]
  })
  return { headers, rest: blank === null ? '' : text.slice(blank.index + blank[0].length) }
}
