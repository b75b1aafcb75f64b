/** JSON.parse with the text of each value, and its counterpart (ECMAScript proposal, in V8 since 11.4). */
const { parse, rawJSON } = JSON as unknown as {
  parse(text: string, revive: (name: string, value: unknown, context: { source?: string }) => unknown): unknown
  rawJSON(text: string): unknown
}

const integer = /^-?\d+$/

/**
 * Gives what parses JSON without rounding: the named members become strings of digits whether they came as numbers or as
 * strings, and so does every other integer that a number cannot hold.
 */
export function int64Parser(names: readonly string[]): (text: string) => unknown {
  const named = new Set(names)
  // To look at each value costs several times a plain parse; most answers hold nothing to look for.
  const traces = new RegExp(String.raw`(?:^|[:,[])\s*-?\d{16}|"(?:${names.join('|')})"\s*:\s*[-\d[]|\\u00[3-7]`)
  return (text) => (traces.test(text) ? parseEach(text, named) : JSON.parse(text))
}

function parseEach(text: string, names: ReadonlySet<string>): unknown {
  return parse(text, (name, value, { source = '' }) => {
    if (Array.isArray(value) && names.has(name))
      return value.map((item) => (typeof item === 'number' ? `${item}` : item))
    if (typeof value !== 'number' || !integer.test(source)) return value
    return names.has(name) || !Number.isSafeInteger(value) ? source : value
  })
}

/** Copies a body so that JSON.stringify writes the strings of digits in the named members as numbers. */
export function withInt64(body: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(body)) return body.map((item) => withInt64(item, names))
  if (!isPlainObject(body)) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, names.has(name) ? toNumber(value) : withInt64(value, names)]),
  )
}

function toNumber(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toNumber)
  return typeof value === 'string' && integer.test(value) ? rawJSON(value) : value
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
