import { bodyOf, created, ok, pathOf } from '../api/handler.ts'
import { notFound } from '../api/vendor-refusal.ts'
import { accountList, type VoiceHandlers } from './handler.ts'

/** Small resources of the account, and those of which little more is known than that they exist. */
export const accountHandlers: VoiceHandlers = {
  // The members of an account are not known, so it has none.
  getAccount(ask) {
    if (pathOf(ask, 'accountKey') !== ask.system.accountKey) throw notFound()
    return ok({})
  },

  listBillingGroups: (ask) =>
    accountList(ask, { list: 'billingGroups', of: ask.system.billingGroups, show: (group) => group }),

  // Neither what is sent nor what comes back is known: it is kept and answered with nothing.
  createVirtualFaxMachine(ask) {
    const id = ask.random.uuid('virtual fax machine')
    ask.system.virtualFaxMachines.add(id, bodyOf(ask))
    return created({})
  },

  listSmsRegistrations: (ask) =>
    accountList(ask, {
      list: 'smsRegistrations',
      of: ask.system.smsRegistrations,
      show: (registration) => registration,
    }),
}
