import { beforeEach, describe, expect, test } from 'vitest'
import { meetingUrl } from '../../test/goto-client.ts'
import { accountKey, callAt, signIn, startMs } from '../../test/play-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

let sandbox: Sandbox
let token: string

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  token = (await signIn(sandbox)).access
})

const ask = (method: string, path: string, body?: unknown) =>
  callAt(sandbox, token, method, `${meetingUrl}/${path}`, body)

async function list(path: string): Promise<Record<string, unknown>[]> {
  const { status, text } = await ask('GET', path)
  expect(status).toBe(200)
  return JSON.parse(text)
}

async function keyOf(firstName: string): Promise<number> {
  return Number((await list('organizers')).find((each) => each.firstName === firstName)?.organizerKey)
}

/** startMs is midnight of the first of November. */
const october = 'startDate=2026-10-01T00:00:00Z&endDate=2026-11-01T00:00:00Z'
const body = {
  subject: 'Plans',
  starttime: '2026-11-02T15:00:00Z',
  endtime: '2026-11-02T15:30:00Z',
  passwordrequired: true,
  conferencecallinfo: 'PSTN',
  timezonekey: '',
  meetingtype: 'scheduled',
}

async function createMeeting(change: object = {}): Promise<number> {
  const [meeting] = JSON.parse((await ask('POST', 'meetings', { ...body, ...change })).text)
  return meeting.meetingid
}

describe('a meeting', () => {
  test('is created, read, replaced and deleted', async () => {
    const created = await ask('POST', 'meetings', body)
    const [made] = JSON.parse(created.text)
    expect([created.status, made]).toMatchObject([201, { uniqueMeetingId: made.meetingid, conferenceCallInfo: 'PSTN' }])
    const path = `meetings/${made.meetingid}`
    const [meeting] = await list(path)
    expect(meeting).toMatchObject({
      meetingId: made.meetingid,
      subject: 'Plans',
      startTime: '2026-11-02T15:00:00Z',
      duration: 30,
      passwordRequired: true,
      createTime: '',
    })
    const replaced = await ask('PUT', path, { ...body, subject: 'Other plans', endtime: '2026-11-02T16:00:00+00:00' })
    expect([replaced.status, replaced.text]).toEqual([204, ''])
    expect(await list(path)).toMatchObject([{ subject: 'Other plans', duration: 60, endTime: '2026-11-02T16:00:00Z' }])
    expect((await ask('GET', `${path}/start`)).body).toEqual({
      hostURL: expect.stringContaining(String(made.meetingid)),
    })
    expect((await ask('DELETE', path)).status).toBe(204)
    expect((await ask('GET', path)).status).toBe(404)
  })

  test('is to come until its end, by the sandbox’s clock', async () => {
    const id = await createMeeting()
    const ids = async () => (await list('upcomingMeetings')).map(({ meetingId }) => meetingId)
    expect(await ids()).toContain(String(id))
    sandbox.control.clock.advance(Date.parse(body.endtime) - startMs)
    token = (await signIn(sandbox)).access
    expect(await ids()).not.toContain(String(id))
  })

  test('that recurs is always to come', async () => {
    const past = { starttime: '2020-01-01T00:00:00Z', endtime: '2020-01-01T01:00:00Z' }
    const id = await createMeeting({ meetingtype: 'recurring', ...past })
    const other = await createMeeting(past)
    const ids = (await list('upcomingMeetings')).map(({ meetingId }) => Number(meetingId))
    expect([ids.includes(id), ids.includes(other)]).toEqual([true, false])
  })

  test.each([
    { subject: 'x'.repeat(101) },
    { conferencecallinfo: 'x'.repeat(256) },
    { timezonekey: 'UTC' },
    { meetingtype: 'surprise' },
    { endtime: body.starttime },
    { starttime: 'tomorrow' },
    { passwordrequired: 'yes' },
    { subject: undefined },
  ])('is not made of %j', async (change) => {
    expect(await ask('POST', 'meetings', { ...body, ...change })).toMatchObject({
      status: 400,
      body: { msg: expect.any(String) },
    })
  })
})

describe('what was held', () => {
  test('is listed by the days in which it began', async () => {
    expect(await list(`historicalMeetings?${october}`)).toMatchObject([
      { subject: 'Weekly review', duration: '45', numAttendees: '3', accountKey, startTime: '2026-10-30T09:00:00Z' },
    ])
    expect(await list('historicalMeetings?startDate=2026-10-31T00:00:00Z&endDate=2026-11-01T00:00:00Z')).toEqual([])
  })

  test.each([
    'historicalMeetings',
    'historicalMeetings?startDate=2026-10-01T00:00:00Z',
    'historicalMeetings?startDate=yesterday&endDate=today',
    'historicalMeetings?endDate=2026-10-01T00:00:00Z&startDate=2026-11-01T00:00:00Z',
    'meetings?history=true',
    'meetings?history=false',
  ])('is not listed by %s', async (path) => {
    expect((await ask('GET', path)).status).toBe(400)
  })

  test('says who was there, of a meeting, an organizer and a group', async () => {
    const [meeting] = await list('upcomingMeetings')
    const ofMeeting = await list(`meetings/${String(meeting?.meetingId)}/attendees`)
    expect(ofMeeting.map(({ attendeeName, duration }) => [attendeeName, duration])).toEqual([
      ['Ada Example', 45],
      ['Grace Example', 45],
      ['Alan Example', 45],
    ])
    const ofOrganizer = await list(`organizers/${await keyOf('Ada')}/attendees?${october}`)
    const id = String(meeting?.meetingId)
    const newMeetingId = `${id.slice(0, 3)}-${id.slice(3, 6)}-${id.slice(6)}`
    expect(ofOrganizer[1]).toMatchObject({ name: 'Ada Example', groupName: 'Sales', duration: 43, newMeetingId })
    const [group] = await list('groups')
    expect(await list(`groups/${String(group?.groupkey)}/attendees`)).toHaveLength(6)
    expect(await list(`groups/${String(group?.groupkey)}/attendees?endDate=2020-01-01T00:00:00Z`)).toEqual([])
  })

  test('is in the older lists, too, which also know what is to come', async () => {
    const path = `organizers/${await keyOf('Ada')}/meetings`
    expect(await list(`meetings?history=true&${october}`)).toHaveLength(1)
    expect(await list('meetings')).toEqual([])
    expect(await list(`${path}?scheduled=true`)).toHaveLength(1)
    expect(await list(`${path}?scheduled=true&history=true&${october}`)).toHaveLength(2)
    const [group] = await list('groups')
    expect(await list(`groups/${String(group?.groupkey)}/meetings?history=true&${october}`)).toHaveLength(2)
  })
})

describe('organizers', () => {
  const zoe = { organizerEmail: 'zoe@example.com', firstName: 'Zoe', lastName: 'Example', productType: 'G2W' }

  test('are made, given products, suspended and removed', async () => {
    const [group] = await list('groups')
    const created = await ask('POST', `groups/${String(group?.groupkey)}/organizers`, zoe)
    const [{ key }] = JSON.parse(created.text)
    const read = async () => (await list(`organizers/${key}`))[0]
    expect(await read()).toMatchObject({ products: ['G2W', 'G2M'], groupName: 'Sales', status: 'active' })
    expect((await ask('PUT', `organizers/${key}`, { productType: 'OPENVOICE' })).status).toBe(204)
    expect(await read()).toMatchObject({ products: ['G2W', 'G2M', 'OPENVOICE'] })
    await ask('PUT', `organizers/${key}`, { status: 'suspended' })
    expect(await read()).toMatchObject({ products: [], status: 'suspended' })
    await ask('PUT', `organizers/${key}`, { productType: 'G2M' })
    expect(await read()).toMatchObject({ products: ['G2M'], status: 'active' })
    expect((await ask('DELETE', `organizers?email=ZOE%40example.com`)).status).toBe(204)
    expect((await ask('GET', `organizers/${key}`)).status).toBe(404)
  })

  test.each([
    ['POST', 'organizers', { ...zoe, organizerEmail: 'ada.example@example.com' }, 409],
    ['POST', 'organizers', { ...zoe, organizerEmail: 'nobody' }, 400],
    ['POST', 'organizers', { ...zoe, productType: 'JIVE' }, 400],
    ['PUT', 'organizers/{ada}', {}, 400],
    ['PUT', 'organizers/{ada}', { status: 'active' }, 400],
    ['DELETE', 'organizers?email=nobody%40example.com', undefined, 400],
    ['DELETE', 'organizers', undefined, 400],
    ['GET', 'organizers?email=nobody%40example.com', undefined, 404],
    ['GET', 'organizers/none', undefined, 404],
  ])('%s %s with %j is answered %d', async (method, path, change, status) => {
    const filled = path.replace('{ada}', String(await keyOf('Ada')))
    expect((await ask(method, filled, change)).status).toBe(status)
  })

  test('see themselves, and nobody else unless they are admins', async () => {
    const [ada, grace] = [await keyOf('Ada'), await keyOf('Grace')]
    const [meeting] = await list(`organizers/${grace}/upcomingMeetings`)
    sandbox.control.accounts.add({ accountKey, principal: 'ada.example@example.com', admin: false })
    token = (await signIn(sandbox)).access
    const statusOf = async (path: string) => (await ask('GET', path)).status
    expect([await statusOf(`organizers/${ada}`), await statusOf(`organizers/${grace}`)]).toEqual([200, 403])
    expect(await statusOf(`organizers/${grace}/historicalMeetings?${october}`)).toBe(403)
    expect(await statusOf(`meetings/${String(meeting?.meetingId)}`)).toBe(404)
    expect(await statusOf(`meetings/${String(meeting?.meetingId)}/attendees`)).toBe(404)
    expect(await statusOf('groups')).toBe(403)
  })
})
