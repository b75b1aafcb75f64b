// Who may import whom: a package sees only lower floors; neighbours on one floor never see each other.
export const floors: Readonly<Record<string, number>> = {
  '@grantkit/auth-core': 0,
  '@grantkit/sandbox': 0,
  '@grantkit/api-client': 1,
  '@grantkit/node-auth': 1,
  '@grantkit/node-transport': 1,
  '@grantkit/carthooks': 2,
  '@grantkit/google-calendar': 2,
  '@grantkit/goto-admin': 2,
  '@grantkit/goto-meeting': 2,
  '@grantkit/goto-scim': 2,
  '@grantkit/goto-users': 2,
  '@grantkit/goto-voice': 2,
  '@grantkit/calendar-sync': 3,
  '@grantkit/gateway': 3,
}

// The sandbox judges the packages and the tools build them: if they shared code, one mistake would pass both sides.
export const independent: readonly string[] = ['@grantkit/sandbox', '@grantkit/specs', '@grantkit/checks']

// What the tests of any package may import, whatever its floor.
export const forDevelopment: readonly string[] = ['@grantkit/contract', '@grantkit/sandbox']

// What any package may run in its scripts; nobody imports it.
export const programs: readonly string[] = ['@grantkit/build', '@grantkit/specs']

// Folders whose programs may import anything: they are the users.
export const users: readonly string[] = ['test/', 'examples/']

/** An outside package that only some places may import. */
export interface OutsideRule {
  readonly name: string
  readonly allowedIn: readonly string[]
}

export const outside: readonly OutsideRule[] = [
  { name: 'oauth4webapi', allowedIn: ['packages/auth-core'] },
  { name: 'openapi-fetch', allowedIn: ['packages/api-client'] },
  { name: 'undici', allowedIn: ['packages/node-transport'] },
  { name: 'hono', allowedIn: ['apps/'] },
  { name: '@hono/node-server', allowedIn: ['apps/'] },
]
