// A process with one client in it, told by the bench what to do.
import { answerParent } from '../child.ts'
import type { BenchClient, Caller } from '../client.ts'
import { burst } from './burst.ts'
import { compare } from './compare.ts'
import { limitSockets } from './limit-sockets.ts'
import { pace } from './pace.ts'
import { stubApi, stubFetch } from './stub-fetch.ts'
import type { Task, Transport } from './tasks.ts'

let opened: { readonly client: Caller; readonly floor: Caller } | undefined

answerParent(async (task: Task) => {
  if (task.do === 'install') {
    await (await load(task.client)).install(task.setup, task.tokens)
    return undefined
  }
  if (task.do === 'open') {
    opened = await open(task)
    return undefined
  }
  if (opened === undefined) throw new Error('Nothing was opened.')
  if (task.do === 'burst') return burst(opened.client, task)
  if (task.do === 'pace') return pace(opened.client, task)
  return compare(opened, task)
})

async function open({ client, floor, setup, transport }: Task & { do: 'open' }): Promise<typeof opened> {
  if (transport.kind === 'network') limitSockets(transport.sockets)
  const send = fetchOf(transport)
  const whole = { ...setup, ...(send === undefined ? {} : { fetch: send }) }
  return { client: await (await load(client)).open(whole), floor: await (await load(floor)).open(whole) }
}

async function load(module: string): Promise<BenchClient> {
  return ((await import(`../clients/${module}`)) as { client: BenchClient }).client
}

function fetchOf({ kind }: Transport): typeof fetch | undefined {
  if (kind === 'network') return undefined
  return kind === 'stub' ? stubFetch : stubApi
}
