import { createRedisStore, type SendCommand } from '@grantkit/auth-core/stores/redis'
import type { RawStore } from './contender.ts'

type Command = Parameters<SendCommand>[0]

/** Makes the calls that the Redis store makes, without it: what it sends for a write, with other values in their places. */
export function repeatCalls(send: SendCommand): RawStore {
  const patterns = new Map<string, (value: string, version: string, ifVersion: string) => Command>()
  const replace: RawStore['replace'] = async (key, value, version, ifVersion) => {
    const command = patterns.get(key)?.(value, version, ifVersion) ?? ['']
    const [done] = (await send(command)) as readonly string[]
    return done === 'applied'
  }
  return {
    async create(key, value, version) {
      let pattern: Command = ['']
      const store = createRedisStore({ sendCommand: (args) => send((pattern = args)) })
      const first = versionOf(await store.write(key, value, { ifVersion: null }))
      const second = versionOf(await store.write(key, value, { ifVersion: first }))
      const [command, ...parts] = pattern
      patterns.set(key, (newValue, newVersion, ifVersion) => {
        const places = new Map([
          [value, newValue],
          [second, newVersion],
          [first, ifVersion],
        ])
        return [command, ...parts.map((part) => places.get(part) ?? part)]
      })
      if (!(await replace(key, value, version, second))) throw new Error('Nobody else writes here.')
    },
    replace,
  }
}

function versionOf(written: { readonly version: string } | 'conflict'): string {
  if (written === 'conflict') throw new Error('Nobody else writes here.')
  return written.version
}
