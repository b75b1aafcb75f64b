import { expect } from 'vitest'
import { describeOperations, type Samples } from '../../test/describe-operations.ts'
import { atGoto, meetingUrl } from '../../test/goto-client.ts'
import { callAt, startMs } from '../../test/play-client.ts'
import type { Sandbox } from '../sandbox.ts'

const meeting = {
  subject: 'Weekly review',
  starttime: '2026-11-10T09:00:00Z',
  endtime: '2026-11-10T09:45:00Z',
  passwordrequired: false,
  conferencecallinfo: 'VoIP',
  timezonekey: '',
  meetingtype: 'scheduled',
}

async function samples(sandbox: Sandbox, token: string): Promise<Samples> {
  const first = async (list: string, member: string): Promise<number> => {
    const rows: Record<string, number>[] = JSON.parse(
      (await callAt(sandbox, token, 'GET', `${meetingUrl}/${list}`)).text,
    )
    return Number(rows[0]?.[member])
  }
  const meetingId = await first('upcomingMeetings', 'meetingId')
  const groupKey = await first('groups', 'groupkey')
  const organizerKey = await first('organizers', 'organizerKey')
  const month = 30 * 24 * 3600 * 1000
  const range = new URLSearchParams({
    startDate: new Date(startMs - month).toISOString(),
    endDate: new Date(startMs).toISOString(),
  })
  const query = `?${range}`
  const history = `?history=true&${range}`
  const person = { organizerEmail: 'zoe@example.com', firstName: 'Zoe', lastName: 'Example', productType: 'G2M' }
  return {
    listGroups: {},
    listGroupAttendees: { path: { groupKey }, query },
    listGroupHistoricalMeetings: { path: { groupKey }, query },
    listGroupMeetings: { path: { groupKey }, query: history },
    listGroupOrganizers: { path: { groupKey } },
    createGroupOrganizer: { path: { groupKey }, body: person },
    listGroupUpcomingMeetings: { path: { groupKey } },
    listHistoricalMeetings: { query },
    listMeetings: { query: history },
    createMeeting: { body: meeting },
    getMeeting: { path: { meetingId } },
    replaceMeeting: { path: { meetingId }, body: meeting },
    deleteMeeting: { path: { meetingId } },
    listMeetingAttendees: { path: { meetingId } },
    getStartUrl: { path: { meetingId } },
    listOrganizers: { query: '?email=grace.example%40example.com' },
    createOrganizer: { body: person },
    deleteOrganizerByEmail: { query: '?email=grace.example%40example.com' },
    getOrganizer: { path: { organizerKey } },
    updateOrganizer: { path: { organizerKey }, body: { productType: 'G2W' } },
    deleteOrganizer: { path: { organizerKey } },
    listOrganizerAttendees: { path: { organizerKey }, query },
    listOrganizerHistoricalMeetings: { path: { organizerKey }, query },
    listOrganizerMeetings: { path: { organizerKey }, query: `${history}&scheduled=true` },
    listOrganizerUpcomingMeetings: { path: { organizerKey } },
    listUpcomingMeetings: {},
  }
}

describeOperations({
  name: 'goto-meeting',
  base: meetingUrl,
  operations: 26,
  samples,
  ...atGoto,
  withoutToken: { status: 403, body: { int_err_code: 'InvalidToken' } },
  withoutScope: { status: 403, body: { msg: expect.any(String) } },
})
