import { createHook } from 'node:async_hooks'

/** Counts how often the system was asked for the addresses of a name while something ran. */
export async function countLookups(run: () => Promise<unknown>): Promise<number> {
  let count = 0
  const hook = createHook({ init: (_, type) => void (count += Number(type === 'GETADDRINFOREQWRAP')) }).enable()
  await run().finally(() => hook.disable())
  return count
}
