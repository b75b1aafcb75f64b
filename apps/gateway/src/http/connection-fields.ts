/** The fields that a `Connection` header claims for this connection alone (RFC 9110, 7.6.1). */
export function connectionFields(headers: Headers): ReadonlySet<string> {
  const names = headers.get('connection') ?? ''
  return new Set(names.split(',').map((name) => name.trim().toLowerCase()))
}
