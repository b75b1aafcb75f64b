import { expect, test } from 'vitest'
import { pages, type CallbackPage } from './callback-page.ts'
import { takePastedAnswer } from './pasted-answer.ts'

const right = 'http://localhost:8080/callback?code=c&state=right'

async function paste(
  entered: readonly (string | undefined)[],
): Promise<{ judged: string[]; lines: string[]; left: number }> {
  const rest = [...entered]
  const judged: string[] = []
  const lines: string[] = []
  const judge = async (callback: URL): Promise<CallbackPage> => {
    judged.push(callback.href)
    return callback.searchParams.get('state') === 'right' ? pages.signedIn : pages.otherSignIn
  }
  const { signal } = new AbortController()
  await takePastedAnswer({ readLine: async () => rest.shift(), print: (line) => lines.push(line), judge, signal })
  return { judged, lines, left: rest.length }
}

test('takes one address, however it was quoted, and asks no further', async () => {
  for (const text of [right, `  ${right}\t`, `"${right}"`, `'${right}'`, `<${right}>`]) {
    expect(await paste([text, 'never read'])).toMatchObject({ judged: [right], left: 1 })
  }
})

test('says what is wrong and asks again', async () => {
  const other = right.replace('right', 'other')
  const { judged, lines } = await paste(['', 'c0de', 'javascript:alert(1)', 'http://', other, right])
  expect(judged).toEqual([other, right])
  expect(lines.slice(2)).toEqual([
    ...Array.from({ length: 4 }, () => expect.stringContaining('That is no address')),
    expect.stringContaining('does not belong to this sign-in'),
  ])
})

test('repeats nothing of what was entered', async () => {
  const { lines } = await paste(['canary-1', 'http://localhost:8080/callback?code=canary-2&state=x', undefined])
  expect(lines.join('\n')).not.toContain('canary')
})

test('ends with the input, and with the sign-in', async () => {
  expect((await paste([undefined, right])).judged).toEqual([])
  const over = takePastedAnswer({
    readLine: () => Promise.reject(new Error('asked')),
    print: () => undefined,
    judge: () => Promise.reject(new Error('judged')),
    signal: AbortSignal.abort(),
  })
  await expect(over).resolves.toBeUndefined()
})
