import type { Call } from '../call.ts'

/** Sends the request of a call: a `fetch` that knows what it is for. */
export type Send = (call: Call, input: Request | URL | string, init?: RequestInit) => Promise<Response>
