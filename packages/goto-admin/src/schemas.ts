import type { components } from './schema.gen.ts'

type Schemas = components['schemas']

export type Account = Schemas['Account']
export type AdminRole = Schemas['AdminRole']
export type Attribute = Schemas['Attribute']
export type CreatedUser = Schemas['CreatedUser']
/** Body of a failed answer. */
export type GotoAdminError = Schemas['Error']
export type Group = Schemas['Group']
export type License = Schemas['License']
/** The person who signed in. */
export type Me = Schemas['Me']
export type Product = Schemas['Product']
export type RoleSet = Schemas['RoleSet']
export type Template = Schemas['Template']
export type User = Schemas['User']
export type UsersCreate = Schemas['UsersCreate']
export type UserUpdate = Schemas['UserUpdate']
