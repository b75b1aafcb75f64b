/** A client beside others: a column of the table. */
export interface Column {
  readonly name: string
  /** Its module under `clients/`: makes authorized calls. */
  readonly client?: string
  /** Its module under `clients/`: makes calls of one API with types. */
  readonly typedClient?: string
  /** What a user installs for authorized calls. */
  readonly package?: string
  /** What a user installs for typed calls of one API. */
  readonly apiPackage?: string
}

export const ours = 'Grantkit'

/** README.md says how each one is wired. */
export const columns: readonly Column[] = [
  {
    name: ours,
    client: 'grantkit.ts',
    typedClient: 'grantkit-typed.ts',
    package: '@grantkit/auth-core',
    apiPackage: '@grantkit/google-calendar',
  },
  { name: 'google-auth-library', client: 'google-auth-library.ts', package: 'google-auth-library' },
  { name: '@googleapis/calendar', typedClient: 'googleapis-calendar.ts', apiPackage: '@googleapis/calendar' },
  { name: '@badgateway/oauth2-client', client: 'badgateway.ts', package: '@badgateway/oauth2-client' },
  { name: 'openid-client', client: 'openid-client.ts', package: 'openid-client' },
  { name: 'simple-oauth2', client: 'simple-oauth2.ts', package: 'simple-oauth2' },
  { name: '@azure/msal-node', client: 'msal-node.ts', package: '@azure/msal-node' },
  { name: 'octokit', client: 'octokit.ts', typedClient: 'octokit.ts', package: 'octokit', apiPackage: 'octokit' },
  { name: 'axios', client: 'axios.ts', package: 'axios' },
  { name: 'ky', client: 'ky.ts', package: 'ky' },
]

/** The columns that have a certain member. */
export function columnsWith<Member extends keyof Column>(
  member: Member,
): readonly (Column & Required<Pick<Column, Member>>)[] {
  return columns.filter((column) => column[member] !== undefined) as never
}
