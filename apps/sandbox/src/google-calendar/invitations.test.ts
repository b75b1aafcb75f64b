import { generateKeyPairSync, sign } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  ada,
  addGrace,
  type Body,
  type CalendarClient,
  createClient,
  eventPath,
  full,
  grace,
  hourAt,
  signIn,
} from '../../test/calendar-client.ts'
import { post } from '../../test/google-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

const startMs = Date.UTC(2026, 10, 1)
let sandbox: Sandbox
let organizer: CalendarClient
let guest: CalendarClient
let id: string

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  addGrace(sandbox)
  organizer = await signIn(sandbox)
  guest = await signIn(sandbox, full, grace)
  const attendees = [{ email: grace }, { email: 'stranger@example.org' }]
  const body = {
    ...hourAt('2026-11-03T10:00:00Z'),
    attendees,
    colorId: '5',
    extendedProperties: { private: { a: '1' }, shared: { b: '2' } },
  }
  id = String((await organizer('POST', eventPath(), { body })).body.id)
})

const read = async (who: CalendarClient): Promise<Body> => (await who('GET', eventPath(id))).body
const answerOf = ({ attendees = [] }: Body, email: string): unknown =>
  attendees.find((attendee) => attendee.email === email)?.responseStatus

describe('an invitation', () => {
  test('lies in the calendar of an attendee who lives here, with what is shared', async () => {
    const copy = await read(guest)
    expect(copy).toMatchObject({
      summary: 'Meeting',
      organizer: { email: ada },
      attendees: [{ email: grace, self: true, responseStatus: 'needsAction' }, { email: 'stranger@example.org' }],
      extendedProperties: { shared: { b: '2' } },
    })
    for (const own of ['colorId', 'extendedProperties.private', 'organizer.self']) expect(copy).not.toHaveProperty(own)
    expect(copy.iCalUID).toBe((await read(organizer)).iCalUID)
  })

  test('follows what the organizer changes, cancels, and withdraws', async () => {
    await organizer('PATCH', eventPath(id), { body: { summary: 'Moved' } })
    expect(await read(guest)).toMatchObject({ summary: 'Moved', status: 'confirmed' })
    await organizer('PATCH', eventPath(id), { body: { attendees: [] } })
    expect(await read(guest)).toMatchObject({ status: 'cancelled' })
    await organizer('PATCH', eventPath(id), { body: { attendees: [{ email: grace }] } })
    expect(await read(guest)).toMatchObject({ status: 'confirmed' })
    await organizer('DELETE', eventPath(id))
    expect(await read(guest)).toMatchObject({ status: 'cancelled' })
  })

  test('is answered by the attendee’s own line', async () => {
    const attendees = [{ email: grace, responseStatus: 'accepted' }, { email: 'stranger@example.org' }]
    const answer = await guest('PATCH', eventPath(id), { body: { attendees, colorId: '7' } })
    expect(answer.status).toBe(200)
    expect(answerOf(await read(organizer), grace)).toBe('accepted')
    expect(answerOf(await read(guest), grace)).toBe('accepted')
    expect([(await read(guest)).colorId, (await read(organizer)).colorId]).toEqual(['7', '5'])
  })

  test.each([
    ['PATCH', { summary: 'Mine now' }],
    ['PATCH', { attendees: [{ email: grace }] }],
    ['PUT', hourAt('2026-11-03T10:00:00Z')],
  ])('is not changed by %s %j of the attendee', async (method, body) => {
    const answer = await guest(method, eventPath(id), { body })
    expect(answer).toMatchObject({ status: 403, reason: 'forbiddenForNonOrganizer' })
    expect(answer.body.error?.errors).toMatchObject([{ domain: 'calendar' }])
    expect(await read(organizer)).toMatchObject({ summary: 'Meeting' })
  })

  test('is changed for all by an attendee who may modify', async () => {
    await organizer('PATCH', eventPath(id), { body: { guestsCanModify: true } })
    expect((await guest('PATCH', eventPath(id), { body: { summary: 'Ours' } })).status).toBe(200)
    expect(await read(organizer)).toMatchObject({ summary: 'Ours', colorId: '5' })
  })

  test('is declined by deleting it', async () => {
    expect((await guest('DELETE', eventPath(id))).status).toBe(204)
    expect(answerOf(await read(organizer), grace)).toBe('declined')
    await organizer('PATCH', eventPath(id), { body: { summary: 'Later' } })
    expect(await read(guest)).toMatchObject({ status: 'cancelled' })
  })
})

describe('a service account', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

  async function signInAsProgram(sub?: string): Promise<CalendarClient> {
    const email = 'robot@project.iam.example.com'
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    sandbox.control.google.addServiceAccount({ email, clientId: '1234', publicKey: pem, delegatedScopes: [full] })
    const iat = startMs / 1000
    const claims = { iss: email, scope: full, aud: 'https://oauth2.googleapis.com/token', iat, exp: iat + 3600, sub }
    const signed = [{ alg: 'RS256' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const assertion = `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
    const answer = await post(sandbox, '/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion,
    })
    return createClient(sandbox, answer.access)
  }

  const event = { ...hourAt('2026-11-03T10:00:00Z'), attendees: [{ email: grace }] }

  test('invites nobody in its own name, and has an empty list of calendars', async () => {
    const robot = await signInAsProgram()
    const refused = await robot('POST', eventPath(), { body: event })
    expect(refused).toMatchObject({ status: 403, reason: 'forbiddenForServiceAccounts' })
    expect((await robot('GET', '/users/me/calendarList')).body.items).toEqual([])
    expect((await robot('POST', eventPath(), { body: hourAt('2026-11-03T10:00:00Z') })).status).toBe(200)
    expect((await robot('GET', eventPath('', ada))).status).toBe(404)
  })

  test('invites in the name of a person', async () => {
    const robot = await signInAsProgram(ada)
    expect((await robot('POST', eventPath(), { body: event })).body).toMatchObject({ organizer: { email: ada } })
  })
})
