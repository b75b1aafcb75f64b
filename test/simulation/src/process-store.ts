import type { Store } from '@grantkit/auth-core'
import type { RecordFacts } from '@grantkit/history'
import { awaited, type ProcessLife } from './process-life.ts'
import type { Random } from './random.ts'
import type { StoreStep } from './scenario.ts'
import { createStoreFaults, type MetFault } from './store-faults.ts'
import { toFacts, type World } from './world.ts'

export interface ProcessStore extends Store {
  /** The claim this process wrote down last. */
  readonly claim: RecordFacts['claim']
}

type Written = { version: string } | 'conflict'
type Places = 'asked' | 'applied' | 'answered'

/** The way of one process to the shared store: it takes time, and it fails where the scenario says so. */
export function createProcessStore(world: World, life: ProcessLife, random: Random): ProcessStore {
  const { timeline, store, scenario } = world
  const meet = createStoreFaults(world, life)
  const latencyMs = (): number => (random.chance(0.5) ? 0 : random.between(1, 5))
  let claimed: RecordFacts | undefined

  function nameStep(record: RecordFacts): StoreStep {
    if (record.state === 'closed') return 'close'
    if (record.claim !== undefined && record.claim.id !== claimed?.claim?.id) return 'claim'
    if (record.lineage !== claimed?.lineage) return 'install'
    return record.generation === claimed.generation + 1 ? 'save' : 'release'
  }

  function pass(step: StoreStep, place: Places): void {
    if (step === 'claim' || step === 'save' || step === 'release') life.pass(`${step} ${place}`)
  }

  async function apply(
    { fault }: MetFault,
    record: RecordFacts,
    [key, value, options]: Parameters<Store['write']>,
  ): Promise<Written> {
    if (fault === 'conflict') return 'conflict'
    if (fault === 'lose') return lose(record, key, options.ifVersion)
    const answer = await store.write(key, value, options)
    if (answer === 'conflict') {
      world.say(() => `${life.name} meets a conflict`)
      return answer
    }
    if (record.claim !== undefined) claimed = record
    world.say(() => `${life.name} writes ${describe(world, record)}`)
    world.wrote(life.name, answer.version, record, value)
    return answer
  }

  /** A store that loses what it acknowledged has still checked the condition. */
  async function lose(record: RecordFacts, key: string, ifVersion: string | null): Promise<Written> {
    const { entry } = await store.read(key)
    if ((entry?.version ?? null) !== ifVersion) return 'conflict'
    world.lines.push({ kind: 'fault', fault: 'store_lost_writes' })
    world.say(() => `the store loses what ${life.name} writes: ${describe(world, record)}`)
    return { version: `lost ${world.lines.length}` }
  }

  function write(...input: Parameters<Store['write']>): Promise<Written> {
    return awaited(life, ({ resolve, reject }) => {
      const [key, value] = input
      const record = toFacts(value)
      const step = nameStep(record)
      world.key = key
      if (record.accessToken !== undefined) world.generations.set(record.accessToken, record.generation)
      pass(step, 'asked')
      if (!life.isAlive) return
      const met = meet(step)
      const tell = (answer: Written): void => {
        if (met.fault === 'apply, then hang') return
        pass(step, 'answered')
        if (met.fault === 'apply, then throw') reject(new Error('The connection broke.'))
        else resolve(answer)
      }
      timeline.after(latencyMs() + met.delayMs, () => {
        if (met.fault === 'hang') return
        if (met.fault === 'refuse') return void reject(new Error('The store refuses.'))
        void apply(met, record, input).then((answer) => {
          pass(step, 'applied')
          timeline.after(latencyMs(), () => tell(answer))
        })
      })
    })
  }

  function read(key: string): ReturnType<Store['read']> {
    return awaited(life, ({ resolve, reject }) => {
      life.pass('read asked')
      const { fault, delayMs } = meet('read')
      timeline.after(latencyMs() + delayMs, () => {
        if (fault === 'hang') return
        if (fault === 'refuse') return void reject(new Error('The store refuses.'))
        void store.read(key).then(resolve, reject)
        life.pass('read answered')
      })
    })
  }

  const subscribe = (key: string, listener: () => void): (() => void) =>
    store.subscribe?.(key, () => life.deliver(listener)) ?? ignore

  return {
    durability: 'durable',
    get claim() {
      return claimed?.claim
    },
    read,
    write,
    remove: (key, options) => store.remove(key, options),
    list: (prefix, options) => store.list(prefix, options),
    ...(scenario.notifies ? { subscribe } : {}),
  }
}

function ignore(): void {}

/** One value of the record, for people. */
function describe(world: World, record: RecordFacts): string {
  const { generation, state, claim, unresolved, failures, accessToken, refreshToken } = record
  const doubt = unresolved > 0 ? `, ${unresolved} unresolved` : ''
  const failed = failures > 0 ? `, ${failures} failed` : ''
  const held = claim === undefined ? '' : ` by ${world.nameOf(claim.id)}`
  return `generation ${generation}, ${state}${held}${doubt}${failed} (${accessToken ?? '-'} ${refreshToken ?? '-'})`
}
