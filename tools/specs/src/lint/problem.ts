import type { JsonObject } from '../json.ts'

export interface Problem {
  /** An operation id or a JSON pointer. */
  readonly where: string
  readonly message: string
}

export type Rule = (document: JsonObject) => Problem[]
