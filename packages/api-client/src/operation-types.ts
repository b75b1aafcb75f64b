import type { Fetch } from '@grantkit/auth-core'
import type { HeadersOptions, Middleware, QuerySerializerOptions } from 'openapi-fetch'

/*
 * openapi-fetch has types for most of this. Ours differ in three ways: a parameter, option or body member that does not
 * exist is an error (there, the second argument is inferred and takes anything), open enumerations such as
 * `'BASIC' | (string & {})` stay as they are (there, they become an object of string's methods), and the compiler has
 * less to do.
 */

export type Methods = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch' | 'trace'

/** What the body of a successful answer is read as. */
export type ParseAs = 'json' | 'text' | 'blob' | 'arrayBuffer' | 'stream'

/** A call's outcome, as openapi-fetch shapes it. */
export type Result<Data, Failure> =
  | { readonly data: Data; readonly error?: never; readonly response: Response }
  | { readonly data?: never; readonly error: Failure; readonly response: Response }

/** The paths that have a method. */
export type PathsWith<Paths, Method extends Methods> = {
  [Path in keyof Paths]: Paths[Path] extends Record<Method, unknown> ? Path : never
}[keyof Paths]

export type OperationAt<Paths, Path extends keyof Paths, Method extends Methods> =
  Paths[Path] extends Record<Method, infer Operation> ? Operation : never

/** The second argument of a call: optional when the operation requires nothing. */
export type InitOf<Operation, As extends ParseAs = ParseAs> =
  {} extends OwnOptions<Operation>
    ? [init?: OwnOptions<Operation> & CommonOptions<As>]
    : [init: OwnOptions<Operation> & CommonOptions<As>]

export type ResultOf<Operation, As extends ParseAs> = Operation extends { responses: infer Responses }
  ? Result<ParsedAs<SuccessOf<Responses>, As>, FailureOf<Responses>>
  : never

/** Type of one item of a list operation; `never` for any other operation. */
export type ItemOf<Operation, ItemsKey extends string> = Operation extends { responses: { 200: infer Answer } }
  ? ItemIn<ContentOf<Answer, undefined>, ItemsKey>
  : never

type ItemIn<Body, ItemsKey extends string> = ItemsKey extends keyof Body
  ? Body extends { [Key in ItemsKey]?: (infer Item)[] }
    ? Item
    : never
  : never

type OwnOptions<Operation> = ParametersOption<Operation> & BodyOption<Operation>

interface CommonOptions<As extends ParseAs> extends Omit<RequestInit, 'body' | 'headers' | 'method' | 'redirect'> {
  /** Default `json`. */
  parseAs?: As
  headers?: HeadersOptions
  /** Calls another place for once; the token only goes to the origins of the connection's audience. */
  baseUrl?: string
  /** Sends this call's requests instead of the client's. */
  fetch?: Fetch
  /** This call may be sent twice whatever its operation says, such as a POST whose body names what it creates. */
  idempotent?: boolean
  querySerializer?: QuerySerializerOptions | ((query: Record<string, unknown>) => string)
  bodySerializer?: (body: never, headers?: Headers) => unknown
  /** Middleware of openapi-fetch for this call only. */
  middleware?: Middleware[]
}

/** The second argument of a call whose operation the types do not know. */
export interface UntypedInit extends CommonOptions<ParseAs> {
  params?: {
    query?: Readonly<Record<string, unknown>>
    path?: Readonly<Record<string, unknown>>
    header?: Readonly<Record<string, unknown>>
  }
  body?: unknown
}

type ParametersOption<Operation> = Operation extends { parameters: infer Parameters }
  ? {} extends Parameters
    ? { params?: Parameters }
    : { params: Parameters }
  : { params?: { query?: Record<string, unknown> } }

type BodyOption<Operation> = Operation extends { requestBody: { content: infer Content } }
  ? { body: Content[keyof Content] }
  : Operation extends { requestBody?: { content: infer Content } }
    ? { body?: Content[keyof Content] }
    : { body?: never }

type SuccessStatus = 200 | 201 | 202 | 203 | 204 | 205 | 206 | 207 | '2XX'

type SuccessOf<Responses> = {
  [Status in keyof Responses & SuccessStatus]: ContentOf<Responses[Status], undefined>
}[keyof Responses & SuccessStatus]

/** A failed call always has an error, whatever is documented. */
type FailureOf<Responses> = KnownOr<DocumentedFailureOf<Responses>, {}>

type DocumentedFailureOf<Responses> = {
  [Status in keyof Responses]: Status extends SuccessStatus ? never : ContentOf<Responses[Status], never>
}[keyof Responses]

type KnownOr<Type, Otherwise> = [Type] extends [never] ? Otherwise : Type

type ContentOf<Answer, Empty> = Answer extends { content: infer Content } ? Content[keyof Content] : Empty

type ParsedAs<Data, As extends ParseAs> = As extends 'json'
  ? Data
  :
      | { json: Data; text: string; blob: Blob; arrayBuffer: ArrayBuffer; stream: ReadableStream<Uint8Array> }[As]
      | undefined
