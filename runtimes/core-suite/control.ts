/** Calls the control of a listening sandbox. `connectControl` cannot serve here: its package needs Node. */
export async function control<T = void>(origin: string, method: string, argument?: unknown): Promise<T> {
  const response = await fetch(`${origin}/__sandbox/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: argument === undefined ? null : JSON.stringify(argument),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`The sandbox refused ${method} (${response.status}): ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}
