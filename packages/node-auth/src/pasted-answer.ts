import type { CallbackJudge } from './callback-answer.ts'
import { pages } from './callback-page.ts'
import type { ReadLine } from './terminal.ts'

/** What taking an answer from the person needs. */
export interface PasteOptions {
  readonly readLine: ReadLine
  readonly print: (line: string) => void
  /** Judges an address, as it judges those that a browser requests. */
  readonly judge: CallbackJudge
  /** Aborts when the sign-in is over. */
  readonly signal: AbortSignal
}

/**
 * Takes the address that the browser was sent back to from the person, until one belongs to this sign-in, the sign-in is
 * over, or no further line can come.
 */
export async function takePastedAnswer({ readLine, print, judge, signal }: PasteOptions): Promise<void> {
  print(
    'Open it on any device. The page it ends on may not load: copy its whole address from the address bar, paste it',
  )
  print('here and press Enter.')
  while (!signal.aborted) {
    const line = await readLine({ signal })
    if (line === undefined) return
    const callback = parsePasted(line)
    if (callback === undefined) print('That is no address. It begins with http:// and carries a code. Paste it here:')
    else if ((await judge(callback)) !== pages.otherSignIn) return
    else print('That address does not belong to this sign-in. Paste the one that the page you opened now ended on:')
  }
}

function parsePasted(line: string): URL | undefined {
  const text = line.trim().replace(/^["'<]+|["'>]+$/g, '')
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined
}
