import type { Json } from '../api/handler.ts'
import { type Ask, queryFlag } from './ask.ts'

/** Leaves alone what a write may not touch unless the query says that the caller knows of it. */
export function keepOptedOut(ask: Ask, written: Json, present: Json): Json {
  const next: Record<string, unknown> = { ...written }
  const keep = (name: string): void => {
    if (present[name] === undefined) delete next[name]
    else next[name] = present[name]
  }
  if (ask.query.conferenceDataVersion !== 1) for (const name of ['conferenceData', 'hangoutLink']) keep(name)
  if (!queryFlag(ask, 'supportsAttachments')) keep('attachments')
  if (ask.query.eventLabelVersion !== 1) keep('eventLabelId')
  else if (written.eventLabelId !== undefined) keep('colorId')
  return next
}
