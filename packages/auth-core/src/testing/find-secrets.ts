export interface FindSecretsOptions {
  /** The runtime's inspector, such as `inspect` of node:util: what a console would print. */
  readonly inspect?: (value: unknown) => string
}

/** Where a secret shows. Names the secret and never holds it, so that a finding can be printed. */
export interface SecretFinding {
  /** The name that the secret was given. */
  readonly secret: string
  /** The form it was found in. */
  readonly form: SecretForm
  /** The path to the value and the view of it that shows the secret, such as `[0].cause (message)`. */
  readonly where: string
}

export type SecretForm = 'plain' | 'base64' | 'base64url' | 'url-encoded' | 'form-encoded' | 'json-escaped' | 'hex'

/**
 * Finds secrets in whatever a program gives away: logs, errors, events, snapshots. Looks at each value as text, JSON,
 * inspection and structured clone; at errors with message, stack, fields and the chain of causes; into arrays, plain
 * objects, maps, sets, headers and addresses. Finds a secret plain, base64 (also inside a longer text, as in Basic
 * credentials), base64url, URL-encoded, form-encoded, JSON-escaped and in hex.
 *
 * @param secrets name to secret; a secret has at least 8 characters, or chance would find it
 */
export function findSecrets(
  value: unknown,
  secrets: Readonly<Record<string, string>>,
  options: FindSecretsOptions = {},
): readonly SecretFinding[] {
  const needles = Object.entries(secrets).flatMap(([secret, text]) => needlesOf(secret, text))
  const findings = new Map<string, SecretFinding>()
  for (const { where, text } of viewsOf(value, options)) {
    const folded = text.toLowerCase()
    for (const { secret, form, needle, anyCase } of needles) {
      if (!(anyCase ? folded : text).includes(needle)) continue
      const finding = { secret, form, where: withoutSecrets(where, secrets) }
      findings.set(JSON.stringify(finding), finding)
    }
  }
  return [...findings.values()]
}

/** Throws when {@link findSecrets} finds anything; the message says what and where, without the secret. */
export function assertNoSecret(
  value: unknown,
  secrets: Readonly<Record<string, string>>,
  options: FindSecretsOptions = {},
): void {
  const findings = findSecrets(value, secrets, options)
  if (findings.length === 0) return
  const lines = findings.map(({ secret, form, where }) => `  ${secret} (${form}) at ${where}`)
  throw new Error(`Secrets show:\n${lines.join('\n')}`)
}

/** A path holds names of properties, and a secret may have become one. */
function withoutSecrets(where: string, secrets: Readonly<Record<string, string>>): string {
  return Object.values(secrets).reduce((text, secret) => text.replaceAll(secret, '[secret]'), where)
}

interface Needle {
  readonly secret: string
  readonly form: SecretForm
  readonly needle: string
  /** Whether the form may be written in capitals or not. */
  readonly anyCase?: boolean
}

function needlesOf(secret: string, text: string): Needle[] {
  if (text.length < 8) throw new Error(`The secret '${secret}' is too short to look for: use 8 characters or more.`)
  const bytes = new TextEncoder().encode(text)
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const encoded: [SecretForm, string][] = [
    ['json-escaped', JSON.stringify(text).slice(1, -1)],
    ['url-encoded', encodeURIComponent(text)],
    ['form-encoded', new URLSearchParams({ '': text }).toString().slice(1)],
    ['hex', hex],
    ...base64Cores(bytes).flatMap((core): [SecretForm, string][] => [
      ['base64', core],
      ['base64url', core.replaceAll('+', '-').replaceAll('/', '_')],
    ]),
  ]
  // An encoding that changes nothing is no form of its own.
  const known = new Set([text])
  const needles: Needle[] = [{ secret, form: 'plain', needle: text }]
  for (const [form, needle] of encoded) {
    if (known.has(needle)) continue
    known.add(needle)
    const anyCase = form === 'hex' || form === 'url-encoded' || form === 'form-encoded'
    needles.push({ secret, form, needle: anyCase ? needle.toLowerCase() : needle, anyCase })
  }
  return needles
}

/**
 * What base64 of any text around `bytes` must contain, for the three places where `bytes` can begin within a group of
 * three: the characters that depend on `bytes` alone.
 */
function base64Cores(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((lead) => {
    const encoded = btoa('\0'.repeat(lead) + String.fromCharCode(...bytes))
    return encoded.slice(Math.ceil((lead * 8) / 6), Math.floor(((lead + bytes.length) * 8) / 6))
  })
}

interface View {
  readonly where: string
  readonly text: string
}

function* viewsOf(root: unknown, { inspect }: FindSecretsOptions): Generator<View> {
  const seen = new Set<unknown>()
  const waiting: { readonly value: unknown; readonly where: string }[] = [{ value: root, where: 'value' }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, where } = next
    if (typeof value === 'object' && value !== null) {
      if (seen.has(value)) continue
      seen.add(value)
    }
    yield* printsOf(value, where, inspect)
    for (const [path, part] of partsOf(value)) waiting.push({ value: part, where: where + path })
  }
}

function* printsOf(value: unknown, where: string, inspect?: (value: unknown) => string): Generator<View> {
  const prints: Record<string, () => unknown> = {
    text: () => String(value),
    JSON: () => JSON.stringify(value),
    inspection: () => inspect?.(value),
    'JSON of the clone': () => JSON.stringify(structuredClone(value)),
    'inspection of the clone': () => inspect?.(structuredClone(value)),
  }
  for (const [view, print] of Object.entries(prints)) {
    const text = attempt(print)
    if (typeof text === 'string') yield { where: `${where} (${view})`, text }
  }
}

/** What has no such view (a function has no JSON, a socket no clone) shows nothing by it. */
function attempt(print: () => unknown): unknown {
  try {
    return print()
  } catch {
    return undefined
  }
}

function partsOf(value: unknown): [path: string, part: unknown][] {
  if (typeof value !== 'object' || value === null) return []
  if (value instanceof Error) {
    const names = new Set([...Object.getOwnPropertyNames(value), 'name', 'message', 'stack', 'cause'])
    return [...names].map((name) => [`.${name}`, Reflect.get(value, name)])
  }
  if (value instanceof URL) return [['.href', value.href]]
  if (ArrayBuffer.isView(value)) return [[' as text', new TextDecoder().decode(value)]]
  if (isIterable(value)) return [...value].map((part, index) => [`[${index}]`, part])
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return []
  return Object.entries(value).flatMap(([name, part]): [string, unknown][] => [
    [' key', name],
    [`.${name}`, part],
  ])
}

/** Arrays, maps, sets, headers, search parameters: all that can be walked without being used up. */
function isIterable(value: object): value is Iterable<unknown> {
  const begin: unknown = Reflect.get(value, Symbol.iterator)
  return typeof begin === 'function' && begin.call(value) !== value
}
