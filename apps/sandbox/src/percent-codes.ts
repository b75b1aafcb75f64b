/** Whether a query, path or form has a percent code that stands for nothing: `%zz`, or half of a character. */
export function hasMalformedPercentCode(text: string): boolean {
  try {
    decodeURIComponent(text)
    return false
  } catch {
    return true
  }
}
