import type { components } from './schema.gen.ts'

type Schemas = components['schemas']

/** Body of a failed answer. */
export type GotoScimError = Schemas['Error']
export type Group = Schemas['Group']
export type GroupDefinition = Schemas['GroupDefinition']
export type Member = Schemas['Member']
export type ResourceSchema = Schemas['ResourceSchema']
export type ServiceProviderConfigs = Schemas['ServiceProviderConfigs']
export type User = Schemas['User']
export type UserDefinition = Schemas['UserDefinition']
