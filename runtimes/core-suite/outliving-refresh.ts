import { runTests, type TestResult } from './harness.ts'
import { isRefreshed } from './is-refreshed.ts'
import type { Setting } from './setting.ts'
import { hourMs, signIn } from './sign-in.ts'

/** What the second request knows of the first. */
let underWay: { finish(): Promise<void> } | undefined

/** Answers while a refresh is under way: a worker's own requests end with the one they were made for, unless kept. */
export function beginRefresh(setting: Setting, keep: (work: Promise<void>) => void): Promise<readonly TestResult[]> {
  return runTests(({ it }) => {
    it('serves a token that is due while its refresh is under way', async () => {
      const saved = Promise.withResolvers<void>()
      const { connection, passTime, spoil, held, release } = await signIn(
        { setting, fetch: (input, init) => fetch(input, init) },
        {
          background: keep,
          onEvent: (event) => void (isRefreshed(event) && saved.resolve()),
        },
      )
      const fault = await spoil({ kind: 'token' }, { hold: true })
      passTime(hourMs - 100_000)
      await connection.accessToken()
      await held()
      underWay = {
        async finish() {
          await release(fault)
          await saved.promise
        },
      }
    })
  })
}

/** In a later request: the answer came and was saved. */
export function findRefreshSaved(): Promise<readonly TestResult[]> {
  return runTests(({ it }) => {
    it('saves the answer to a refresh whose request has ended', async () => {
      if (underWay === undefined) throw new Error('No refresh is under way.')
      await underWay.finish()
    })
  })
}
