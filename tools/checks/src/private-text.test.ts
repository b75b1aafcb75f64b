import { expect, test } from 'vitest'
import { findPrivateText } from './private-text.ts'

// Put together here, so that this file does not hold what it looks for.
const at = '@'
const found: readonly (readonly [string, string, string])[] = [
  ['a home folder', `cd ${'/home'}/ada/code`, 'a path of one machine'],
  ['a work folder', `see ${'/work'}/notes.md`, 'a path of one machine'],
  ['a Mac home folder', `"${'/Users'}/ada"`, 'a path of one machine'],
  ['a Mac home folder of somebody called like me', `${'/Users'}/melanie`, 'a path of one machine'],
  ['a registry host', `https://${'registry'}.npmjs.org/x`, 'a registry host'],
  ['a mail address', `write to ada${at}somewhere.com`, 'an e-mail address outside example.com'],
  ['a look-alike domain', `ada${at}notexample.com`, 'an e-mail address outside example.com'],
  ['a telephone number', `${'+1'}2025551234`, 'a telephone number outside 555-01xx'],
  ['a private key', `-----BEGIN ${'RSA PRIVATE'} KEY-----`, 'a private key'],
  ['a token of GitHub', `ghp_${'a'.repeat(36)}`, 'a token of a real service'],
]

test.each(found)('%s is found', (_, text, what) => {
  expect(findPrivateText('a.md', `first line\n${text}\n`)).toEqual([
    expect.objectContaining({ where: 'a.md:2', problem: expect.stringContaining(`holds ${what}`) }),
  ])
})

test.each([
  ['a route', 'GET /home and /workspace/x'],
  ['a relative path', 'test/work/x and ./home/x'],
  ['the path of SCIM to oneself', 'GET /Users/me'],
  ['a path of a URL', 'https://api.example.com/work/items'],
  ['names of calendars', 'en.usa#holiday@group.v.calendar.google.com, __public_principal__@public.calendar.google.com'],
  ['addresses under example names', 'ada@example.com, bo@mail.example.org, cy@host.example, di@host.test'],
  ['a package with its version', '@grantkit/auth-core@0.1.0 and pnpm@12.21.0'],
  ['a made-up telephone number', '+12025550123'],
])('%s is fine', (_, text) => {
  expect(findPrivateText('a.md', text)).toEqual([])
})

test('a token is named without repeating it', () => {
  const token = `ghp_${'b'.repeat(36)}`
  const [finding] = findPrivateText('a.md', token)
  expect(finding?.problem).not.toContain(token)
})
