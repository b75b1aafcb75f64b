import type { Client, FetchOptions } from 'openapi-fetch'
import type { ApiDefinition } from './definition.ts'

/**
 * Typed calls of one API, as in openapi-fetch. `ItemsKey` names the member of its lists that holds the items.
 */
export interface ApiClient<Paths extends {}, ItemsKey extends string = 'items'> extends Client<Paths> {
  readonly definition: ApiDefinition<ItemsKey>
}

/** An API's paths with the named query and path parameters made optional, because they were given once. */
export type PathsWithDefaults<Paths extends {}, Names extends string> = [Names] extends [never]
  ? Paths
  : { [Path in keyof Paths]: { [Method in keyof Paths[Path]]: WithDefaults<Paths[Path][Method], Names> } }

type WithDefaults<Operation, Names extends string> = Operation extends { parameters: infer Parameters }
  ? { [Key in keyof Operation]: Key extends 'parameters' ? LooseParameters<Parameters, Names> : Operation[Key] }
  : Operation

/** A place whose parameters are all optional becomes optional itself. */
type LooseParameters<Parameters, Names extends string> = {
  [Place in keyof Parameters as {} extends Loose<Parameters[Place], Names> ? never : Place]: Loose<
    Parameters[Place],
    Names
  >
} & {
  [Place in keyof Parameters as {} extends Loose<Parameters[Place], Names> ? Place : never]?: Loose<
    Parameters[Place],
    Names
  >
}

type Loose<Parameters, Names extends string> = Parameters extends object
  ? { [Name in keyof Parameters as Name extends Names ? never : Name]: Parameters[Name] } & {
      [Name in keyof Parameters as Name extends Names ? Name : never]?: Parameters[Name]
    }
  : Parameters

/** Type of one item of a list operation; `never` for any other operation. */
export type ItemOf<Operation, ItemsKey extends string> = Operation extends {
  responses: { 200: { content: infer Content } }
}
  ? ItemsIn<Content[keyof Content], ItemsKey>
  : never

type ItemsIn<Body, ItemsKey extends string> = Body extends { [Key in ItemsKey]?: (infer Item)[] | undefined }
  ? ItemsKey extends keyof Body
    ? Item
    : never
  : never

/** The paths whose GET answers a list. */
export type ListPaths<Paths extends {}, ItemsKey extends string> = {
  [Path in keyof Paths]: [ItemAt<Paths, Path, ItemsKey>] extends [never] ? never : Path
}[keyof Paths]

/** Type of one item of the list at a path. */
export type ItemAt<Paths, Path extends keyof Paths, ItemsKey extends string> = Paths[Path] extends {
  get: infer Operation
}
  ? ItemOf<Operation, ItemsKey>
  : never

/** The second argument of a GET call: optional when the operation requires nothing. */
export type GetInit<Paths, Path extends keyof Paths> = Paths[Path] extends { get: infer Operation }
  ? {} extends FetchOptions<Operation>
    ? [init?: FetchOptions<Operation>]
    : [init: FetchOptions<Operation>]
  : never
