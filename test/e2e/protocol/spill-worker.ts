// A process whose store refuses new tokens, and that is killed where it was told.
import type { Store } from '@grantkit/auth-core'
import { openSpillClient, type SpillWorld } from './spill-client.ts'

/** Where the process kills itself. */
export type SpillKillPoint = 'while spilled' | 'before settling' | 'after settling' | 'before clearing'

const [world, killAt] = JSON.parse(process.argv[2] ?? '') as [SpillWorld, SpillKillPoint]
let isSpilled = false

function dieAt(point: SpillKillPoint): void {
  if (killAt === point) process.kill(process.pid, 'SIGKILL')
}

const store = (sqlite: Store): Store => ({
  ...sqlite,
  async write(key, value, options) {
    const isSave = JSON.parse(value).generation === 2
    if (isSave && !isSpilled) throw new Error('database or disk is full')
    if (isSave) dieAt('before settling')
    const written = await sqlite.write(key, value, options)
    if (isSave) dieAt('after settling')
    return written
  },
})
const spill = (files: Store): Store => ({
  ...files,
  remove(key, options) {
    dieAt('before clearing')
    return files.remove(key, options)
  },
})

const { auth } = openSpillClient(
  world,
  {
    onEvent(event) {
      if (event.type !== 'refresh' || event.outcome !== 'save_spilled') return
      dieAt('while spilled')
      isSpilled = true
    },
  },
  { store, spill },
)
await auth.connection('ada').accessToken()
// Saving goes on until one of the points is reached.
