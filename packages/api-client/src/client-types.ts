import type { Middleware } from 'openapi-fetch'
import type { ApiDefinition } from './definition.ts'
import type {
  InitOf,
  Methods,
  OperationAt,
  ParseAs,
  PathsWith,
  Result,
  ResultOf,
  UntypedInit,
} from './operation-types.ts'

/** Nothing stands there at run time. */
declare const pathsOf: unique symbol

/** What walking a list needs of a client. */
export interface PagedClient<Paths extends {}, ItemsKey extends string> {
  readonly definition: ApiDefinition<ItemsKey>
  readonly GET: (...args: never) => Promise<unknown>
  /** Carries the types of the API. */
  readonly [pathsOf]?: Paths
}

/**
 * Typed calls of one API, with the results and middleware of openapi-fetch. `ItemsKey` names the member of its lists
 * that holds the items.
 */
export interface ApiClient<Paths extends {}, ItemsKey extends string = 'items'> extends PagedClient<Paths, ItemsKey> {
  readonly GET: CallOf<Paths, 'get'>
  readonly PUT: CallOf<Paths, 'put'>
  readonly POST: CallOf<Paths, 'post'>
  readonly DELETE: CallOf<Paths, 'delete'>
  readonly OPTIONS: CallOf<Paths, 'options'>
  readonly HEAD: CallOf<Paths, 'head'>
  readonly PATCH: CallOf<Paths, 'patch'>
  readonly TRACE: CallOf<Paths, 'trace'>
  /**
   * Calls whatever the types do not know, such as an operation that the specification lacks, through the same layers.
   * `path` begins with a slash and is below the base URL; an operation that the definition knows keeps its defaults.
   */
  request(method: string, path: string, init?: UntypedInit): Promise<Result<unknown, unknown>>
  /** Adds middleware of openapi-fetch. It runs once a call, around all attempts. */
  use(...middleware: Middleware[]): void
  /** Removes what `use` added. */
  eject(...middleware: Middleware[]): void
}

type CallOf<Paths extends {}, Method extends Methods> = <
  Path extends PathsWith<Paths, Method>,
  As extends ParseAs = 'json',
>(
  path: Path,
  ...init: InitOf<OperationAt<Paths, Path, Method>, As>
) => Promise<ResultOf<OperationAt<Paths, Path, Method>, As>>

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
