import type { Environment } from './environment.ts'

/** Which of several places gave a setting. Never says the value. */
export interface SettingSource {
  readonly setting:
    | 'clientId'
    | 'clientSecret'
    | 'redirectUri'
    | 'dataDirectory'
    | 'sandbox'
    | 'apiUrl'
    | 'accessToken'
    | 'timeout'
  /** `sandbox`: what every sandbox knows, because nothing else was set. */
  readonly from: 'option' | 'environment' | 'env-file' | 'sandbox' | 'default'
  /** The name of the variable, if it was one. */
  readonly variable?: string
}

/** A setting with the place it was found in. */
export interface Found<T> {
  readonly value: T
  readonly source: SettingSource
}

/** Where a setting may come from: the option wins, then the real environment, then the `.env` file. */
export interface Places<T> {
  readonly setting: SettingSource['setting']
  readonly option?: T | undefined
  readonly variable: string
}

/** Nothing, or a text that says nothing. */
export function isAbsent(value: unknown): value is undefined | '' {
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

/** Looks a setting up. An empty variable counts as found: it hides what comes after it. */
export function findSetting<T>(environment: Environment, places: Places<T>): Found<T | string> | undefined {
  const { setting, option, variable } = places
  if (option !== undefined) return { value: option, source: { setting, from: 'option' } }
  const found = environment.find(variable)
  return found && { value: found.value, source: { setting, from: found.from, variable } }
}
