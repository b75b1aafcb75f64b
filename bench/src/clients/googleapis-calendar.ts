import { auth, calendar } from '@googleapis/calendar'
import type { BenchClient } from '../client.ts'
import { installTokenFile, readTokens } from '../token-file.ts'

export const client: BenchClient = {
  install: installTokenFile,
  async open(setup) {
    const { origin, clientId, clientSecret, fetch: send } = setup
    const transporterOptions = send === undefined ? {} : { transporterOptions: { fetchImplementation: send } }
    const oauth = new auth.OAuth2({ clientId, clientSecret, ...transporterOptions })
    const { accessToken, refreshToken, expiresAtMs } = await readTokens(setup)
    oauth.setCredentials({ access_token: accessToken, refresh_token: refreshToken, expiry_date: expiresAtMs })
    const { events } = calendar({ version: 'v3', auth: oauth, rootUrl: `${origin}/` })
    return { call: async () => (await events.list({ calendarId: 'primary' })).status }
  },
}
