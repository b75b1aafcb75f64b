// A process with one client in it, told by the bench what to do.
import { answerParent } from '../child.ts'
import type { BenchClient, Caller } from '../client.ts'
import { burst } from './burst.ts'
import { compare } from './compare.ts'
import { limitSockets } from './limit-sockets.ts'
import { pace } from './pace.ts'
import { stubApi, stubFetch } from './stub-fetch.ts'
import type { Task, Transport } from './tasks.ts'

let caller: Caller | undefined
let transport: Transport = { kind: 'network' }

answerParent(async (task: Task) => {
  if (task.do === 'install') {
    await (await load(task.client)).install(task.setup, task.tokens)
    return undefined
  }
  if (task.do === 'open') {
    transport = task.transport
    if (transport.kind === 'network') limitSockets(transport.sockets)
    const send = fetchOf(transport)
    caller = await (await load(task.client)).open({ ...task.setup, ...(send === undefined ? {} : { fetch: send }) })
    return undefined
  }
  if (caller === undefined) throw new Error('Nothing was opened.')
  if (task.do === 'burst') return burst(caller, task)
  if (task.do === 'pace') return pace(caller, task)
  return compare(caller, task, fetchOf(transport) ?? fetch)
})

async function load(module: string): Promise<BenchClient> {
  return ((await import(`../clients/${module}`)) as { client: BenchClient }).client
}

function fetchOf({ kind }: Transport): typeof fetch | undefined {
  if (kind === 'network') return undefined
  return kind === 'stub' ? stubFetch : stubApi
}
