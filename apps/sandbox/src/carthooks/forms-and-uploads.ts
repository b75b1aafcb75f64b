import type { Told } from '../api/api-service.ts'
import { bodyOf, queryText } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import {
  type CarthooksAsk,
  type CarthooksHandlers,
  done,
  requireCollection,
  requireItem,
  withData,
  writeTime,
} from './carthooks-ask.ts'

/** How long an address works where the client does not say it is not known. */
const formSeconds = 3600
/** From the README of the PHP client. */
const uploadSeconds = 1800

/** What people and browsers use: addresses of forms, and what a file is uploaded with. Both lead nowhere here. */
export const formHandlers: CarthooksHandlers = {
  createSubmissionToken(ask) {
    requireCollection(ask)
    return makeFormToken(ask)
  },

  createUpdateToken(ask) {
    requireItem(ask)
    return makeFormToken(ask)
  },

  createUploadToken({ random, tenant, nowMs }) {
    const id = random.uuid('upload')
    const untilMs = nowMs + uploadSeconds * 1000
    tenant.uploads.set(id, untilMs)
    const place = { dir: `uploads/${id}/`, host: 'https://files.example.com', expire: Math.floor(untilMs / 1000) }
    const proof = { policy: random.token('upload policy'), accessid: 'sandbox', signature: random.token('signature') }
    return withData({ id, mode: 'aliyun-oss', token_data: { ...place, ...proof } })
  },

  // What comes back is not known.
  getUploadPreview(ask) {
    const untilMs = ask.tenant.uploads.get(queryText(ask, 'upload_id') ?? '')
    if (untilMs === undefined || ask.nowMs >= untilMs) throw badRequest('There is no such upload, or it has ended.')
    return done()
  },
}

function makeFormToken(ask: CarthooksAsk): Told {
  const { ttl = formSeconds } = bodyOf(ask)
  const token = ask.random.token('form')
  const expiresAt = writeTime(ask.nowMs + Number(ttl) * 1000)
  return withData({ token, url: `https://forms.example.com/${token}`, expires_at: expiresAt })
}
