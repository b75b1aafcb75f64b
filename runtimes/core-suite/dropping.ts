import type { Stage } from './stage.ts'

/** One request as the dropping server saw it. */
export interface SeenRequest {
  readonly method: string
  /** Whether its connection had carried another request before. */
  readonly reused: boolean
}

/** Every request to a path of the dropping server. */
export async function requestsTo({ setting }: Stage, path: string): Promise<readonly SeenRequest[]> {
  const response = await fetch(`${setting.dropping}/requests?to=${encodeURIComponent(path)}`)
  return (await response.json()) as SeenRequest[]
}
