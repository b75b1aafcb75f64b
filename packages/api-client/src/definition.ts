import type { CallResult } from './call-result.ts'
import type { RateLimit } from './rate-limiter.ts'

/** One operation of an API, as generated from its specification. */
export interface Operation {
  /** In capitals. */
  readonly method: string
  /** Path template below the base URL, such as `/call-queues/{callQueueId}`. */
  readonly path: string
  /** Names of its query parameters. */
  readonly query?: readonly string[]
  /** Those that each call must have. */
  readonly required?: readonly string[]
  readonly body?: 'required'
  /** Sending it twice has the effect of sending it once. */
  readonly idempotent: boolean
  /** Header for a key by which the API knows a repeated request. With it, the operation may be sent twice. */
  readonly idempotencyKey?: string
  /** Is called without a token. */
  readonly anonymous?: boolean
}

/** A list whose answer names its next page by an opaque string. */
export interface MarkerPaging<ItemsKey extends string = string> {
  readonly style: 'marker'
  /** Member of the answer that holds the page's items. */
  readonly items: ItemsKey
  /** Member of the answer that names the next page; absent on the last one. */
  readonly next: string
  /** Query parameter that takes it. */
  readonly parameter: string
}

/** A list whose pages are chosen by the position of their first item. */
export interface OffsetPaging<ItemsKey extends string = string> {
  readonly style: 'offset'
  /** Member of the answer that holds the page's items. */
  readonly items: ItemsKey
  /** Query parameter that takes the position. */
  readonly parameter: string
  /** Position of the first item of all. */
  readonly first: 0 | 1
  /** Member of the answer that counts the items of all pages. */
  readonly total: string
  /** Member of the answer with the position of the page's last item. Without one, the items are counted. */
  readonly last?: string
}

/** A list with a way of its own to name its pages. */
export interface OwnPaging<ItemsKey extends string = string> {
  readonly style: 'own'
  /** Member of the answer, in its types, that holds the page's items. */
  readonly items: ItemsKey
  /** Query parameter that chooses the page. */
  readonly parameter: string
  /**
   * Takes the items out of a page, and gives the parameter's value for the next one; none after the last. Pure. A list
   * that does not take the parameter has one page.
   */
  readonly read: (result: CallResult, value: unknown) => { readonly items: unknown; readonly next?: unknown }
}

export type Paging<ItemsKey extends string = string> =
  | MarkerPaging<ItemsKey>
  | OffsetPaging<ItemsKey>
  | OwnPaging<ItemsKey>

/** Names of the members that hold 64-bit integers, which a JavaScript number cannot hold. */
export interface Int64Members {
  /** Members of answers that are numbers on the wire, and strings of digits for the caller. */
  readonly answers: readonly string[]
  /** Members of request bodies that the caller gives as strings of digits, and that are sent as numbers. */
  readonly bodies: readonly string[]
}

/** A parameter that may be given once, at creation, instead of in each call. */
export interface DefaultParameter {
  /** Name of the parameter and of the option. */
  readonly name: string
  readonly in: readonly ('query' | 'path')[]
}

/** Where a value lies in the JSON body of an error answer: member names and array positions, outermost first. */
export type BodyPath = readonly (string | number)[]

/** One place, or several in the order in which they are looked at. */
export type CodePath = BodyPath | readonly BodyPath[]

/** Answers that mean the same. */
export interface AnswerKind {
  readonly status: number
  /** Only with one of these codes, found where `errors.code` says. Absent: whatever the body holds. */
  readonly codes?: readonly string[]
}

/** An API as data: everything the runtime needs to know beyond the types. */
export interface ApiDefinition<ItemsKey extends string = 'items'> {
  readonly id: string
  /** https, with the API's path, without a slash at the end. */
  readonly baseUrl: string
  readonly operations: Readonly<Record<string, Operation>>
  readonly paging?: Paging<ItemsKey>
  readonly int64?: Int64Members
  readonly defaults?: readonly DefaultParameter[]
  /** Where the error answers say what went wrong. */
  readonly errors?: { readonly code?: CodePath; readonly requestId?: BodyPath }
  /** Answers to which a newer token is tried, once. Default: every 401. */
  readonly tokenRefusals?: readonly AnswerKind[]
  /** Answers beside 429 that refuse for now only and have done nothing. They are repeated like a 429. */
  readonly retryReasons?: readonly AnswerKind[]
  /** Repairs the results of an API that breaks the rules of HTTP, such as an error with status 200. Pure. */
  readonly conform?: (result: CallResult, operationId: string | undefined) => CallResult
  /** Writes query parameters that OpenAPI has no style for. Throws a TypeError for what a query cannot hold. */
  readonly serializeQuery?: (query: Record<string, unknown>) => string
  /** The limit the vendor documents. All clients of one connection keep it together. */
  readonly rateLimit?: RateLimit
  /** Methods whose requests the vendor counts several times. */
  readonly rateWeights?: Readonly<Record<string, number>>
}
