/** Members of an event that Google ignores without a word unless the query asks for them. */
const optIns = {
  conferenceData: { conferenceDataVersion: 1 },
  attachments: { supportsAttachments: true },
  eventLabelId: { eventLabelVersion: 1 },
} as const

type Query = Partial<
  (typeof optIns)['conferenceData'] & (typeof optIns)['attachments'] & (typeof optIns)['eventLabelId']
>

/**
 * Asks for such members where they are other than before, and leaves them out where they are not: what is not asked for
 * stays, and Google refuses some of what it answers with when it comes back (the state of a conference being made).
 */
export function withOptIns<Body extends object>(body: Body, before: object = {}): { body: Body; query: Query } {
  const [were, are] = [new Map(Object.entries(before)), new Map(Object.entries(body))]
  const query: Query = {}
  for (const [member, parameter] of Object.entries(optIns)) {
    const changed = JSON.stringify(were.get(member)) !== JSON.stringify(are.get(member))
    if (changed) Object.assign(query, parameter)
    else are.delete(member)
  }
  return { body: Object.fromEntries(are) as Body, query }
}
