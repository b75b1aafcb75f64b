import { scriptClient, tokensOf } from '@grantkit/contract'
import { describe, expect, it } from 'vitest'
import { createGotoMeeting, isApiError, scopesFor, unwrap } from '../src/index.ts'

const meeting = (...answers: Response[]) => scriptClient(createGotoMeeting, answers)
const failed = (body: object, status: number) => Response.json(body, { status })

describe('the Meeting API', () => {
  it('says by 403 and InvalidToken that a token has ended', async () => {
    const script = meeting(failed({ int_err_code: 'InvalidToken', msg: 'Ended.' }, 403), Response.json([]))
    expect((await script.client.GET('/upcomingMeetings')).data).toEqual([])
    expect(tokensOf(script)).toEqual(['old', 'new'])
  })

  it('says so by 401, too', async () => {
    const script = meeting(failed({}, 401), Response.json([]))
    expect((await script.client.GET('/upcomingMeetings')).data).toEqual([])
    expect(tokensOf(script)).toEqual(['old', 'new'])
  })

  it('means by any other 403 that the person may not: no token helps', async () => {
    const script = meeting(failed({ msg: 'Only for admins.' }, 403))
    expect((await script.client.GET('/groups')).response.status).toBe(403)
    expect(tokensOf(script)).toEqual(['old'])
  })

  it('gives keys as strings with every digit', async () => {
    const { client } = meeting(
      new Response('[{"organizerKey":300000000000384444,"groupId":7,"email":"ada@example.com"}]'),
    )
    const path = { organizerKey: '300000000000384444' }
    const [organizer] = unwrap(await client.GET('/organizers/{organizerKey}', { params: { path } }))
    expect(organizer).toEqual({ organizerKey: '300000000000384444', groupId: '7', email: 'ada@example.com' })
  })

  it('names the error of the API and that of the host before it', async () => {
    const codes = ['NoSuchMeeting', 'NOT_FOUND']
    const { client } = meeting(failed({ int_err_code: codes[0] }, 404), failed({ errorCode: codes[1] }, 404))
    for (const code of codes) {
      const result = await client.GET('/meetings/{meetingId}', { params: { path: { meetingId: '1' } } })
      expect(() => unwrap(result)).toThrow(expect.toSatisfy((error) => isApiError(error, code)))
    }
  })

  it('needs one scope for everything', () => {
    expect(scopesFor(['createMeeting', 'listGroups'])).toEqual(['collab:'])
  })
})
