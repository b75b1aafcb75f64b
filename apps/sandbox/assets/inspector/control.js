/**
 * Calls a method of the sandbox's control; fails with what the control says.
 * @param {string} method
 * @param {unknown} [argument]
 */
export async function callControl(method, argument) {
  const body = argument === undefined ? null : JSON.stringify(argument)
  const response = await fetch(`/__sandbox/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const text = await response.text()
  const result = text === '' ? undefined : JSON.parse(text)
  if (!response.ok) throw new Error(result.message)
  return result
}
