import { createSandbox, listen, type Sandbox, type SandboxClient } from '@grantkit/sandbox'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const tv = { vendor: 'google', id: 'a-tv', secret: 'tv-secret', type: 'device' } satisfies SandboxClient
const scope = 'https://www.googleapis.com/auth/calendar'
const intervalMs = 5000

let sandbox: Sandbox
let server: oauth.AuthorizationServer

beforeEach(async () => {
  // The clock that polls are timed by moves only when told.
  sandbox = createSandbox({ clients: [tv], startMs: Date.now() })
  const { origin } = await listen(sandbox)
  const metadata = await fetch(`${origin}/.well-known/openid-configuration`)
  server = (await metadata.json()) as oauth.AuthorizationServer
})
afterEach(async () => {
  vi.useRealTimers()
  await sandbox.close()
})

/** Google says `verification_url` where RFC 8628 says `verification_uri`. */
async function readableFetch(url: string, init: object): Promise<Response> {
  const answer = await fetch(url, init)
  const body = (await answer.json()) as Record<string, unknown>
  return Response.json({ ...body, verification_uri: body['verification_url'] }, { status: answer.status })
}

/** Types the code in and allows what is asked for, as the person does whom the device sends to the page. */
async function approve({ verification_uri: page, user_code }: oauth.DeviceAuthorizationResponse): Promise<void> {
  const question = await sendForm(new URL(page), { user_code })
  const request = /name="request" value="([^"]+)"/.exec(question)?.[1] ?? ''
  const decide = /formaction="([^"]+)"/.exec(question)?.[1] ?? ''
  await sendForm(new URL(decide, page), { request, decision: 'allow', scope })
}

async function sendForm(url: URL, fields: Readonly<Record<string, string>>): Promise<string> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) })
  expect(answer.status).toBe(200)
  return answer.text()
}

const polls = () => sandbox.control.ledger.entries({ kind: 'token' }).map(({ status, error }) => [status, error])

describe('oauth4webapi as a device at Google', () => {
  const client = { client_id: tv.id }
  const authentication = oauth.ClientSecretPost(tv.secret)
  const start = (customFetch: typeof readableFetch) =>
    oauth
      .deviceAuthorizationRequest(
        server,
        client,
        authentication,
        { scope },
        {
          [oauth.allowInsecureRequests]: true,
          [oauth.customFetch]: customFetch,
        },
      )
      .then((answer) => oauth.processDeviceAuthorizationResponse(server, client, answer))
  const poll = ({ device_code }: oauth.DeviceAuthorizationResponse) =>
    oauth
      .deviceCodeGrantRequest(server, client, authentication, device_code, { [oauth.allowInsecureRequests]: true })
      .then((answer) => oauth.processDeviceCodeResponse(server, client, answer))

  test('waits until the person has decided', async () => {
    const asked = await start(readableFetch)
    await expect(poll(asked)).rejects.toMatchObject({ error: 'authorization_pending', status: 428 })
    await expect(poll(asked)).rejects.toMatchObject({ error: 'slow_down' })
    await approve(asked)
    sandbox.control.clock.advance(intervalMs)
    expect(await poll(asked)).toMatchObject({ refresh_token: expect.any(String), scope })
    expect(polls()).toEqual([
      [428, 'authorization_pending'],
      [403, 'slow_down'],
      [200, undefined],
    ])
  })

  test('refuses Google’s answer as it is', async () => {
    await expect(start(fetch)).rejects.toThrow('verification_uri')
    expect(sandbox.control.ledger.entries({ kind: 'device' })).toMatchObject([{ status: 200 }])
  })
})

test('openid-client as a device at Google polls at the interval it was told', async () => {
  const config = new openid.Configuration(server, tv.id, undefined, openid.ClientSecretPost(tv.secret))
  openid.allowInsecureRequests(config)
  config[openid.customFetch] = readableFetch
  const asked = await openid.initiateDeviceAuthorization(config, { scope })
  await approve(asked)

  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const polling = openid.pollDeviceAuthorizationGrant(config, asked)
  await vi.advanceTimersByTimeAsync(intervalMs - 1)
  expect(polls()).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(await polling).toMatchObject({ refresh_token: expect.any(String), scope })
  expect(polls()).toEqual([[200, undefined]])
})
