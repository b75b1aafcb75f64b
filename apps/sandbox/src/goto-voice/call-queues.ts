import { ok, pathOf } from '../api/handler.ts'
import { accountList, subList, type VoiceHandlers } from './handler.ts'
import type { CallQueue, PhoneSystem } from './phone-system.ts'

function showQueue(system: PhoneSystem, { id, name, extensionNumber, type }: CallQueue): unknown {
  return { id, accountKey: system.accountKey, name, extensionNumber, type, organizationId: system.organizationId }
}

export const callQueueHandlers: VoiceHandlers = {
  listCallQueues: (ask) =>
    accountList(ask, {
      list: 'callQueues',
      of: ask.system.callQueues,
      show: (queue) => showQueue(ask.system, queue),
    }),

  getCallQueue: (ask) => ok(showQueue(ask.system, ask.system.callQueues.require(pathOf(ask, 'callQueueId')))),

  listCallQueueUsers: (ask) =>
    subList(ask, {
      list: 'callQueueUsers',
      of: ask.system.callQueues.require(pathOf(ask, 'callQueueId')).users,
      show: (userKey) => ({ userKey }),
    }),
}
