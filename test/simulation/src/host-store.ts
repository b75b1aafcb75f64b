import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import type { Store } from '@grantkit/auth-core'
import { awaited, type ProcessLife } from './process-life.ts'
import { wallMs, type World } from './world.ts'

/** A store on the machine of one process: it is there again when the process is started anew. */
export function createHostStore(world: World, life: ProcessLife): Store {
  const { timeline, hosts } = world
  const host = hosts.get(life.index) ?? createMemoryStore({ clock: { wallMs: () => wallMs(timeline) } })
  hosts.set(life.index, host)

  function soon<T>(step: () => Promise<T>, told?: () => void): Promise<T> {
    return awaited(life, ({ resolve, reject }) => {
      timeline.after(1, () => {
        void step().then(resolve, reject)
        told?.()
      })
    })
  }

  return {
    durability: 'durable',
    read: (key) => soon(() => host.read(key)),
    write(key, value, options) {
      life.pass('spill asked')
      world.say(() => `${life.name} puts its tokens aside`)
      return soon(
        () => host.write(key, value, options),
        () => life.pass('spill answered'),
      )
    },
    remove: (key, options) => soon(() => host.remove(key, options)),
    list: (prefix, options) => soon(() => host.list(prefix, options)),
  }
}
