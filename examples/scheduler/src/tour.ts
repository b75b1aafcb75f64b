// Does what a person would do on the page, and says what came of it.
import { approveAuthorization } from '@grantkit/sandbox'
import { connectPath } from './calendars.ts'
import type { Scheduler } from './scheduler.ts'

const longestMs = 20_000

export async function takeTour({ origin, stage }: Scheduler): Promise<void> {
  const cookies = new Map<string, string>()

  async function ask(path: string, form?: Record<string, string>): Promise<Response> {
    const response = await fetch(new URL(path, origin), {
      method: form === undefined ? 'GET' : 'POST',
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; '), accept: 'text/html', origin },
      redirect: 'manual',
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';')[0]?.split('=') ?? []
      cookies.set(name, value)
    }
    return response
  }

  /** Waits until the page says so. */
  async function until(expected: string | RegExp): Promise<void> {
    const endMs = Date.now() + longestMs
    let text = ''
    while (Date.now() < endMs) {
      text = await (await ask('/live')).text()
      if (typeof expected === 'string' ? text.includes(expected) : expected.test(text)) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`The page does not say ${expected}:\n${text}`)
  }

  const inGoogle = async (): Promise<string> => (await stage.titles()).join(', ')

  await ask('/sign-in', { user: 'ada' })
  const begun = await ask(`${connectPath}/connect/`)
  const callback = await approveAuthorization(fetch, begun.headers.get('location') ?? '') // the person presses Allow
  await ask(callback.href)
  await until('Google Calendar is in step.')
  console.log('Connected.')

  await ask('/meetings', { title: 'Lunch with Grace', start: '2026-12-01T12:00', end: '2026-12-01T13:00' })
  await until('Google Calendar is in step.')
  console.log(`In Google: ${await inGoogle()}`)

  await ask('/network', { up: '' })
  await ask('/meetings', { title: 'Review', start: '2026-12-01T15:00', end: '2026-12-01T16:00' })
  await until(/1 on the way to Google Calendar, 1 of them tried again/)
  console.log(`The network is broken. In Google: ${await inGoogle()}`)
  await ask('/network', { up: 'yes' })
  await until('Google Calendar is in step.')
  console.log(`The network is back. In Google: ${await inGoogle()}`)

  await ask('/in-google', { title: 'Review', renamed: 'Review with Ada' })
  await until(/In this app[\s\S]*Review with Ada, <time[\s\S]*In Google Calendar/)
  console.log('Renamed in Google, and so in the app: Review with Ada')
  await ask('/in-google', { renamed: 'Dentist' })
  await until('Dentist (from Google)')
  console.log('Made in Google, and seen in the app: Dentist')

  await ask(`${connectPath}/disconnect/`, {})
  await until('Google Calendar is not connected.')
  console.log('Disconnected.')
}
