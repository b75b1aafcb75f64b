const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const month = `(?<month>${months.join('|')})`
const time = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`

/** The three date forms of RFC 9110 section 5.6.7, in the order of their age. */
const dateForms = [
  new RegExp(String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d{2}) ${month} (?<year>\d{4}) ${time} GMT$`),
  new RegExp(
    String.raw`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d{2})-${month}-(?<year>\d{2}) ${time} GMT$`,
  ),
  new RegExp(String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} (?<day>[ \d]\d) ${time} (?<year>\d{4})$`),
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
    if (parts === undefined) continue
    const atMs = toInstant(parts, nowMs)
    return atMs === undefined ? undefined : Math.max(0, atMs - nowMs)
  }
  return undefined
}

function toInstant(parts: Record<string, string>, nowMs: number): number | undefined {
  const { day, hour, minute, second } = parts
  const monthIndex = months.indexOf(parts['month'] ?? '')
  const year = fullYear(parts['year'] ?? '', nowMs)
  const midnight = new Date(Date.UTC(year, monthIndex, Number(day)))
  const exists = midnight.getUTCDate() === Number(day)
  // 60 is a leap second.
  const runs = Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60
  return exists && runs ? midnight.setUTCHours(Number(hour), Number(minute), Number(second)) : undefined
}

/** RFC 9110: a two-digit year that seems more than 50 years ahead means the century before. */
function fullYear(digits: string, nowMs: number): number {
  if (digits.length === 4) return Number(digits)
  const thisYear = new Date(nowMs).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + Number(digits)
  return year > thisYear + 50 ? year - 100 : year
}
