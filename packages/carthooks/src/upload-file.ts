import { ApiError, unwrap } from '@grantkit/api-client'
import type { Fetch } from '@grantkit/auth-core'
import type { Carthooks } from './carthooks-client.ts'
import type { components } from './schema.gen.ts'

export interface UploadOptions {
  /** Name of the file in the field. Default: that of a `File`. */
  readonly name?: string
  /** Sends the file. Default: the global `fetch`. It is sent no token. */
  readonly fetch?: Fetch
  readonly signal?: AbortSignal
}

/** What a file or image field is given. */
export interface UploadedFile {
  readonly upload_id: string
  readonly file: string
}

/**
 * Uploads a file to where the API says, and gives what is written into a field within 30 minutes. Without `signal` there
 * is no limit of time. Throws what a call throws, `upload_refused` when the place for files does not take it,
 * `unexpected_answer` for a place of a kind that is not known, and `invalid_request` for a name that is none.
 *
 * ```ts
 * const invoice = await uploadFile(api, new File([pdf], 'invoice.pdf'))
 * await api.PUT(path, { params, body: { data: { f_1002: [invoice] } } })
 * ```
 */
export async function uploadFile(api: Carthooks, file: Blob, options: UploadOptions = {}): Promise<UploadedFile> {
  const { name = file instanceof File ? file.name : '', fetch = globalThis.fetch, signal } = options
  if (name === '' || /[/\\]|^\.{1,2}$/.test(name)) {
    throw failure('invalid_request', 'a file needs a name without slashes. Nothing was sent')
  }
  const ending = signal === undefined ? {} : { signal }
  const { id, mode, token_data: form } = unwrap(await api.POST('/v1/uploads/token', ending))
  if (mode !== 'aliyun-oss' || form === undefined) {
    throw failure('unexpected_answer', 'files go to a kind of place that is not known. Update this package')
  }
  const body = formOf(form, file, name)
  const response = await fetch(addressOf(form.host), { method: 'POST', body, redirect: 'manual', ...ending }).catch(
    (cause: unknown) => {
      if (signal?.aborted) throw failure('aborted', 'the upload was ended by its caller', { cause: signal.reason })
      const remainder = { name: cause instanceof Error ? cause.name : typeof cause }
      throw failure('network', 'the place for files gave no answer', { retryable: true, cause: remainder })
    },
  )
  await response.body?.cancel()
  if (response.status === 200) return { upload_id: id, file: name }
  const { status } = response
  throw failure('upload_refused', `the place for files answered ${status}`, { status })
}

/** The names and their order are those of the vendor's PHP client; the file comes last. */
function formOf(form: components['schemas']['AliyunOssForm'], file: Blob, name: string): FormData {
  const body = new FormData()
  body.append('key', form.dir + name)
  body.append('policy', form.policy)
  body.append('OSSAccessKeyId', form.accessid)
  body.append('success_action_status', '200')
  body.append('signature', form.signature)
  body.append('file', file, name)
  return body
}

/** Files are sent encrypted, also where the API names plain http. */
function addressOf(host: string): string {
  const url = URL.canParse(host) ? new URL(host) : undefined
  if (url === undefined) throw failure('unexpected_answer', 'the place for files has no address')
  const isLocal = url.hostname === 'localhost' || url.hostname.startsWith('127.')
  if (url.protocol === 'http:' && !isLocal) url.protocol = 'https:'
  return url.href
}

function failure(code: string, problem: string, details: object = {}): ApiError {
  return new ApiError(code, `carthooks uploadFile: ${problem}.`, { api: 'carthooks', ...details })
}
