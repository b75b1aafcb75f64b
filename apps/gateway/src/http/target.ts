/**
 * What a request is about, in its one spelling. Routing, policy and the outgoing request all use this value, so that
 * what was authorized is what is sent.
 */
export interface Target {
  /** Begins with one slash; no dot segments, no encoded slashes, unreserved characters never encoded. */
  readonly path: string
  /** Empty, or a question mark and what follows it. */
  readonly query: string
}

export interface RefusedTarget {
  /** Why, for the answer. Quotes nothing of the target. */
  readonly refused: string
}

const unreserved = /[A-Za-z0-9\-._~]/
// RFC 3986, 3.3. What is missing here, a URL parser would rewrite, or other servers read as something else.
const pathCharacters = /^[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/
// Printable ASCII without "#" and "\".
const queryCharacters = /^[\x21\x22\x24-\x5b\x5d-\x7e]*$/
const brokenPercent = /%(?![0-9A-Fa-f]{2})/
/** The characters that a URL parser encodes in the query of an http address. */
const encodedInQuery: Readonly<Record<string, string>> = { '"': '%22', "'": '%27', '<': '%3C', '>': '%3E' }
/** A server behind a server decodes again; more rounds than this were never seen. */
const decodingRounds = 5

/** Reads the target of a request line as it came, before any URL parser had a chance to repair it. */
export function readTarget(raw: string): Target | RefusedTarget {
  const mark = raw.indexOf('?')
  const path = mark === -1 ? raw : raw.slice(0, mark)
  const query = mark === -1 ? '' : raw.slice(mark + 1)
  if (!path.startsWith('/') || path.startsWith('//')) return refuse('it must be a path that begins with one slash')
  if (!pathCharacters.test(path)) return refuse('its path holds a character that must be percent-encoded')
  if (!queryCharacters.test(query)) return refuse('its query holds a character that must be percent-encoded')
  if (brokenPercent.test(raw)) return refuse('it holds a percent sign without two hexadecimal digits')
  if (/%00/.test(query)) return refuse('its query holds a NUL')
  const segments = path.slice(1).split('/')
  const problem = segments.slice(0, -1).includes('')
    ? 'its path holds an empty segment'
    : segments.map(problemOfSegment).find((found) => found !== undefined)
  if (problem !== undefined) return refuse(problem)
  return { path: normalizeEncoding(path), query: query === '' ? '' : `?${encodeQuery(query)}` }
}

export function isRefused(target: Target | RefusedTarget): target is RefusedTarget {
  return 'refused' in target
}

function problemOfSegment(segment: string): string | undefined {
  let text = decode(segment)
  if (text === undefined) return 'its path is not UTF-8'
  for (let round = 0; round < decodingRounds; round++) {
    const problem = problemOfText(text)
    if (problem !== undefined) return problem
    const next = decode(text)
    if (next === undefined || next === text) return undefined
    text = next
  }
  return 'its path is encoded over and over'
}

function problemOfText(text: string): string | undefined {
  // Some servers fold look-alikes, such as U+FF0E for a dot.
  const folded = text.normalize('NFKC')
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\x00-\x1f\x7f]/.test(folded)) return 'its path holds a control character'
  if (/[/\\]/.test(folded)) return 'its path holds an encoded slash or backslash'
  // Some servers cut parameters off: "..;x" is ".." to them.
  const name = folded.split(';', 1)[0] ?? ''
  return /^\.{1,2}$/.test(name.trim()) ? 'its path holds a dot segment' : undefined
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** RFC 3986, 6.2.2: what need not be encoded is not, what is has capital digits. */
function normalizeEncoding(path: string): string {
  return path.replaceAll(/%[0-9A-Fa-f]{2}/g, (code) => {
    const char = String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return unreserved.test(char) ? char : code.toUpperCase()
  })
}

function encodeQuery(query: string): string {
  return query.replaceAll(/["'<>]/g, (char) => encodedInQuery[char] ?? char)
}

function refuse(why: string): RefusedTarget {
  return { refused: why }
}
