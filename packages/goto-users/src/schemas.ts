import type { components } from './schema.gen.ts'

type Schemas = components['schemas']

/** Body of a failed answer. */
export type GotoUsersError = Schemas['Error']
export type Line = Schemas['Line']
/** The person who signed in. Its members are not known. */
export type Me = Schemas['Me']
export type User = Schemas['User']
