import type { Fingerprints, Link } from '../link.ts'
import type { OutboxEntry, Wish } from './outbox-entry.ts'

// The pure heart of pushing: given what is wanted, what is known and what Google answered, what to do next.

/** What Google holds of an event, as far as it matters here. */
export interface Remote {
  readonly etag: string
  readonly isCancelled: boolean
  /** Of all members that this package may write. */
  readonly fingerprints: Fingerprints
}

/** Who wins where somebody has changed a mapped member in Google. */
export type ConflictWinner = 'ours' | 'theirs'

export interface Policies {
  /** `ask`: a function of the app decides. */
  readonly conflict: ConflictWinner | 'ask'
  /** What happens to an event that was deleted in Google and is changed in the app. */
  readonly whenGone: 'recreate' | 'forget'
}

/** A link without its Google id, which follows from the generation. */
export type KnownLink = Omit<Link, 'googleId'>

/** What a push begins with. */
export interface PushStart {
  readonly wish: Pick<Wish, 'id' | 'kind'> & { readonly onlyIfNew?: true }
  /** Of the members that are wanted; none for a deletion. */
  readonly wanted: Fingerprints
  /** By member: what may have reached Google without an answer. */
  readonly sent: OutboxEntry['sent']
  /** Where a new event goes. */
  readonly calendarId: string
  readonly link?: KnownLink
  readonly policies: Policies
}

/** A push on its way. */
export interface Push extends PushStart {
  /** Which Google id is being tried. */
  readonly generation: number
  /** Members that stay as somebody made them in Google. */
  readonly theirs: readonly string[]
  /** How often somebody was faster, or an id was taken. */
  readonly detours: number
}

export type Step =
  | { readonly do: 'insert' | 'read' }
  /** Writes the wanted members except `theirs`, and clears others. */
  | { readonly do: 'patch'; readonly etag: string; readonly clear: readonly string[] }
  | { readonly do: 'delete'; readonly etag: string }
  /** Asks the app about members that somebody has changed. */
  | { readonly do: 'ask'; readonly members: readonly string[]; readonly remote: Remote }
  /** Saves what is known, before something follows that must not be forgotten. */
  | { readonly do: 'remember'; readonly link: KnownLink }
  | { readonly do: 'finish'; readonly link: KnownLink; readonly result: PushResult }
  /** Others change the event faster than we do: later. */
  | { readonly do: 'give_up' }

/** `kept`: Google holds what somebody made of it there. `unchanged`: there was nothing to do. */
export type PushResult = 'written' | 'deleted' | 'kept' | 'forgotten' | 'unchanged'

/** What a step came to. Failures end the push elsewhere. */
export type Answer =
  | { readonly to: 'insert' | 'read' | 'patch'; readonly remote: Remote }
  | { readonly to: 'insert'; readonly refused: 'taken' }
  | { readonly to: 'read' | 'patch' | 'delete'; readonly refused: 'gone' }
  | { readonly to: 'patch' | 'delete'; readonly refused: 'overtaken' }
  | {
      readonly to: 'ask'
      readonly winner: ConflictWinner
      readonly members: readonly string[]
      readonly remote: Remote
    }
  | { readonly to: 'delete' | 'remember' }

export interface Next {
  readonly push: Push
  readonly step: Step
}

/** More than anybody has been seen to need: each is an edit of somebody else within one push, or an id used before. */
const mostDetours = 20

export function beginPush(start: PushStart): Next {
  const { wish, link, sent } = start
  const generation = link?.state === 'present' ? link.generation : (link?.generation ?? -1) + 1
  const kept = Object.entries(link?.kept ?? {}).filter(([member, wanted]) => start.wanted[member] === wanted)
  const push: Push = { ...start, generation, theirs: kept.map(([member]) => member), detours: 0 }
  if (link?.wishId === wish.id) return finish(push, link, 'unchanged')
  if (wish.kind === 'delete') {
    if (link?.state === 'present') return { push, step: { do: 'delete', etag: link.etag } }
    // An insert whose answer was lost may have arrived.
    if (Object.keys(sent).length > 0) return { push, step: { do: 'read' } }
    const used = link ?? { ...linkAs('deleted', push), generation: -1 }
    return finish(push, { ...used, state: 'deleted' }, 'unchanged')
  }
  if (link !== undefined && wish.onlyIfNew === true) return finish(push, link, 'unchanged')
  if (link?.state === 'forgotten') return finish(push, link, 'forgotten')
  if (link?.state !== 'present') return { push, step: { do: 'insert' } }
  return { push, step: { do: 'patch', etag: link.etag, clear: toClear(push) } }
}

export function continuePush(push: Push, answer: Answer): Next {
  if (push.detours > mostDetours) return { push, step: { do: 'give_up' } }
  if ('refused' in answer) return afterRefusal(push, answer)
  switch (answer.to) {
    case 'remember':
      return { push, step: { do: 'insert' } }
    case 'delete':
      return finishDeleted(push)
    case 'ask':
      return decide(push, answer.remote, answer.winner, answer.members)
    case 'read':
      return answer.remote.isCancelled ? afterCancelled(push) : afterRead(push, answer.remote)
    default:
      // A patch reaches an event that was deleted, too, and leaves it deleted.
      return answer.remote.isCancelled ? afterGone(push) : finishPresent(push, answer.remote)
  }
}

function afterRefusal(push: Push, { to, refused }: Extract<Answer, { refused: string }>): Next {
  if (refused !== 'gone') return { push: detour(push), step: { do: 'read' } }
  if (push.wish.kind === 'delete') return finishDeleted(push)
  if (isLinked(push)) return afterGone(push)
  // The id was taken a moment ago, and is not there now: somebody has cleared the calendar.
  return { push: detour(push), step: { do: to === 'read' ? 'insert' : 'read' } }
}

function afterCancelled(push: Push): Next {
  const isDelete = push.wish.kind === 'delete'
  if (isLinked(push)) return isDelete ? finishDeleted(push) : afterGone(push)
  return { push: detour({ ...push, generation: push.generation + 1 }), step: { do: isDelete ? 'read' : 'insert' } }
}

function afterGone(push: Push): Next {
  if (push.policies.whenGone === 'forget') return finish(push, linkAs('forgotten', push), 'forgotten')
  // Remembered first: if the answer to the insert is lost, a deletion later has to know that there may be a next id.
  const link = { ...linkAs('deleted', push), wishId: push.link?.wishId ?? '' }
  const next = detour({ ...push, link, generation: push.generation + 1, theirs: [] })
  return { push: next, step: { do: 'remember', link } }
}

function afterRead(push: Push, remote: Remote): Next {
  const members = changedByOthers(push, remote)
  const { conflict } = push.policies
  if (members.length === 0) return overwrite(push, remote)
  return conflict === 'ask' ? { push, step: { do: 'ask', members, remote } } : decide(push, remote, conflict, members)
}

function decide(push: Push, remote: Remote, winner: ConflictWinner, members: readonly string[]): Next {
  if (winner === 'ours') return overwrite({ ...push, theirs: [] }, remote)
  // What somebody still works on is not deleted under their hands.
  if (push.wish.kind === 'delete') return finish(push, linkTo(push, remote), 'kept')
  return overwrite({ ...push, theirs: [...new Set([...push.theirs, ...members])] }, remote)
}

function overwrite(push: Push, remote: Remote): Next {
  if (push.wish.kind === 'delete') return { push, step: { do: 'delete', etag: remote.etag } }
  const { wanted, theirs } = push
  const differing = Object.keys(wanted).filter((member) => wanted[member] !== remote.fingerprints[member])
  const clear = [...new Set([...toClear(push), ...strayIn(push, remote)])]
  const isThere = differing.every((member) => theirs.includes(member)) && clear.length === 0
  return isThere ? finishPresent(push, remote) : { push, step: { do: 'patch', etag: remote.etag, clear } }
}

/** What was written before and is wanted no more. */
function toClear({ link, wanted, theirs }: Push): string[] {
  return Object.keys(link?.written ?? {}).filter((member) => !(member in wanted) && !theirs.includes(member))
}

/** What arrived although its answer was lost, and is wanted no more. */
function strayIn({ sent, wanted }: Push, { fingerprints }: Remote): string[] {
  const isStray = (member: string): boolean => sent[member]?.includes(fingerprints[member] ?? '') === true
  return Object.keys(sent).filter((member) => !(member in wanted) && isStray(member))
}

/**
 * Members that are neither what we wrote last, nor what we want, nor what we may have sent in between. Without a link
 * nothing is known of what was there before, so nobody is known to have changed it.
 */
function changedByOthers({ link, wanted, sent }: Push, { fingerprints }: Remote): string[] {
  const written = link?.written ?? {}
  return Object.keys(written).filter((member) => {
    const ours = [written[member], wanted[member], ...(sent[member] ?? [])]
    return !ours.includes(fingerprints[member])
  })
}

function isLinked({ link, generation }: Push): boolean {
  return link?.state === 'present' && link.generation === generation
}

function finishPresent(push: Push, remote: Remote): Next {
  return finish(push, linkTo(push, remote), push.theirs.length > 0 ? 'kept' : 'written')
}

function finishDeleted(push: Push): Next {
  return finish(push, linkAs('deleted', push), 'deleted')
}

function finish(push: Push, link: KnownLink, result: PushResult): Next {
  return { push, step: { do: 'finish', link: { ...link, wishId: push.wish.id }, result } }
}

function linkTo(push: Push, { etag, fingerprints }: Remote): KnownLink {
  const { wish, link, wanted, theirs } = push
  const members = Object.keys(wish.kind === 'delete' ? (link?.written ?? {}) : wanted)
  const written = Object.fromEntries(members.map((member) => [member, fingerprints[member] ?? '']))
  const kept = Object.fromEntries(theirs.map((member) => [member, wanted[member] ?? '']))
  return { ...linkAs('present', push), etag, written, ...(theirs.length === 0 ? {} : { kept }) }
}

function linkAs(state: Link['state'], { generation, link, calendarId, wish }: Push): KnownLink {
  return { generation, calendarId: link?.calendarId ?? calendarId, state, etag: '', written: {}, wishId: wish.id }
}

function detour(push: Push): Push {
  return { ...push, detours: push.detours + 1 }
}
