import type { BodyReader } from './decode-content.ts'

export interface ResponseHead {
  readonly url: string
  readonly status: number
  readonly statusText: string
  /** As the parser gives them: names in lower case, a list where a name came more than once. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/**
 * A Response whose text, JSON or bytes are read without the platform's streams, which cost more than the request
 * itself. Whatever else is asked of its body is left to a platform Response around it.
 */
class NodeResponse implements Omit<Response, 'textStream'> {
  readonly redirected = false
  readonly type = 'basic'
  readonly #head: ResponseHead
  readonly #source: BodyReader | undefined
  #headers: Headers | undefined
  #wasRead = false
  #platform: Response | undefined

  constructor(head: ResponseHead, source: BodyReader | undefined) {
    this.#head = head
    this.#source = source
  }

  get url(): string {
    return this.#head.url
  }
  get status(): number {
    return this.#head.status
  }
  get statusText(): string {
    return this.#head.statusText
  }
  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }
  get headers(): Headers {
    return (this.#headers ??= toHeaders(this.#head.headers))
  }
  get bodyUsed(): boolean {
    return this.#wasRead || this.#platform?.bodyUsed === true
  }
  get body(): Response['body'] {
    return this.#source === undefined ? null : this.#asPlatform().body
  }

  text(): Promise<string> {
    return this.#platform === undefined ? this.#whole().then(toText) : this.#platform.text()
  }
  async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#platform === undefined ? this.#whole().then((all) => new Uint8Array(all)) : this.#platform.bytes()
  }
  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer
  }
  async blob(): Promise<Blob> {
    return this.#asPlatform().blob()
  }
  async formData(): Promise<FormData> {
    return this.#asPlatform().formData()
  }
  clone(): Response {
    const copy = this.#asPlatform().clone()
    // What a Response is made with has no address.
    return Object.defineProperty(copy, 'url', { value: this.url })
  }

  #whole(): Promise<Buffer> {
    if (this.#wasRead) return Promise.reject(new TypeError('The body was read already.'))
    this.#wasRead = this.#source !== undefined
    return this.#source?.whole() ?? Promise.resolve(Buffer.alloc(0))
  }

  #asPlatform(): Response {
    if (this.#wasRead) throw new TypeError('The body was read already.')
    const { status, statusText } = this
    this.#platform ??= new Response(this.#source?.stream(), { status, statusText, headers: this.headers })
    return this.#platform
  }
}

// So that `instanceof Response` holds; every member is its own.
Object.setPrototypeOf(NodeResponse.prototype, Response.prototype)

/** Makes the Response to a request. Without a source its body is null. */
export function createNodeResponse(head: ResponseHead, source: BodyReader | undefined): Response {
  return new NodeResponse(head, source) as unknown as Response
}

function toHeaders(raw: ResponseHead['headers']): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(raw)) {
    if (typeof value === 'string') headers.append(name, value)
    else for (const each of value ?? []) headers.append(name, each)
  }
  return headers
}

/** Without the byte order mark that some servers begin their JSON with. */
function toText(all: Buffer): string {
  const text = all.toString()
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
