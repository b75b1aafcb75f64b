/** Members of an event that Google ignores without a word unless the query asks for them. */
const optIns = {
  conferenceData: { conferenceDataVersion: 1 },
  attachments: { supportsAttachments: true },
  eventLabelId: { eventLabelVersion: 1 },
} as const

type Query = Partial<
  (typeof optIns)['conferenceData'] & (typeof optIns)['attachments'] & (typeof optIns)['eventLabelId']
>

/** Asks for whatever members of a body need it. */
export function optInsOf(body: object): Query {
  return Object.assign({}, ...Object.entries(optIns).map(([member, query]) => (member in body ? query : {})))
}

/**
 * Leaves out such members where they are as they were: what is not asked for stays, and Google refuses some of what it
 * answers with when it comes back (the state of a conference that is being made).
 */
export function withoutUnchanged<Body extends object>(body: Body, before: object): Body {
  const known: [string, unknown][] = Object.entries(before)
  const same = (member: string, value: unknown): boolean =>
    known.some(([name, was]) => name === member && JSON.stringify(was) === JSON.stringify(value))
  return Object.fromEntries(
    Object.entries(body).filter(([member, value]) => !(member in optIns && same(member, value))),
  ) as Body
}
