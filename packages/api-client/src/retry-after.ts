/** The three date forms of RFC 9110 section 5.6.7: today's, and two obsolete ones that recipients must read. */
const dateForms = [
  /^\w{3}, (?<day>\d\d) (?<month>\w{3}) (?<year>\d{4}) (?<time>[\d:]{8}) GMT$/,
  /^\w{3,6}day, (?<day>\d\d)-(?<month>\w{3})-(?<year>\d\d) (?<time>[\d:]{8}) GMT$/,
  /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>[\d:]{8}) (?<year>\d{4})$/,
]

/**
 * Reads a `Retry-After` header: whole seconds or one of the three HTTP dates. Returns the wait in milliseconds, 0 for a
 * date that has passed, and nothing for anything else (negative, fractions, dates that do not exist, garbage).
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER)
  for (const form of dateForms) {
    const parts = form.exec(text)?.groups
    const atMs = parts && toInstant(parts, nowMs)
    if (atMs !== undefined) return Math.max(0, atMs - nowMs)
  }
  return undefined
}

function toInstant(parts: Record<string, string>, nowMs: number): number | undefined {
  const { day = '', month, time = '' } = parts
  const isLeapSecond = time.endsWith(':60')
  const written = `${day.replace(' ', '0')} ${month} ${fullYear(parts['year'] ?? '', nowMs)} ${time.replace(/60$/, '59')} GMT`
  const date = new Date(written)
  // The parsers of the platforms take days that do not exist for later ones.
  const exists = !Number.isNaN(date.getTime()) && date.toUTCString().endsWith(written)
  return exists ? date.getTime() + (isLeapSecond ? 1000 : 0) : undefined
}

/** RFC 9110: a two-digit year that seems more than 50 years ahead means the century before. */
function fullYear(digits: string, nowMs: number): string {
  if (digits.length === 4) return digits
  const thisYear = new Date(nowMs).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + Number(digits)
  return String(year > thisYear + 50 ? year - 100 : year)
}
