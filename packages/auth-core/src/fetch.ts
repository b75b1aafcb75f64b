/** The web-standard `fetch`, or anything of its shape. One call must be one presentation of the request. */
export type Fetch = (input: Request | URL | string, init?: RequestInit) => Promise<Response>
