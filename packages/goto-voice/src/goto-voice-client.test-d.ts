import type { Connection } from '@grantkit/auth-core'
import { expectTypeOf, test } from 'vitest'
import {
  createGotoVoice,
  paginate,
  scopesFor,
  unwrap,
  type CallQueue,
  type Extension,
  type GotoVoice,
  type GotoVoiceError,
} from './index.ts'

declare const connection: Connection
declare const maybe: string | undefined
const voice = createGotoVoice({ connection, accountKey: '1234567890' })
const anyAccount = createGotoVoice({ connection })
const anExtension = { params: { path: { extensionId: '1' } } }

test('the account key given at creation is optional in each call', () => {
  expectTypeOf(voice).toEqualTypeOf<GotoVoice<'accountKey'>>()
  void voice.GET('/call-queues')
  void voice.GET('/accounts/{accountKey}')
  void voice.GET('/call-queues', { params: { query: { pageSize: 100 } } })
  void voice.GET('/call-queues', { params: { query: { accountKey: '2345678901' } } })
  void paginate(voice, '/call-queues')
})

test('without it, each call that takes one must name it', () => {
  expectTypeOf(anyAccount).toEqualTypeOf<GotoVoice>()
  // @ts-expect-error accountKey is missing
  void anyAccount.GET('/call-queues')
  // @ts-expect-error accountKey is missing
  void anyAccount.GET('/call-queues', { params: { query: { pageSize: 100 } } })
  // @ts-expect-error accountKey is missing
  void anyAccount.GET('/accounts/{accountKey}')
  // @ts-expect-error accountKey is missing
  void paginate(anyAccount, '/call-queues')
  void anyAccount.GET('/call-queues', { params: { query: { accountKey: '1234567890' } } })
  void anyAccount.GET('/device-models')
  void paginate(anyAccount, '/call-queues', { params: { query: { accountKey: '1234567890' } } })
})

test('options are checked', () => {
  expectTypeOf(createGotoVoice).toBeFunction()
  // @ts-expect-error there is no such option
  createGotoVoice({ connection, accountkey: '1234567890' })
  // @ts-expect-error a connection is missing
  createGotoVoice({ accountKey: '1234567890' })
  // @ts-expect-error an account key is a string
  createGotoVoice({ connection, accountKey: 1234567890 })
  // @ts-expect-error it may be undefined, and would then be missing in each call
  createGotoVoice({ connection, accountKey: maybe })
})

test('a wrong path, parameter or body is a compile error', () => {
  expectTypeOf(voice.GET).toBeFunction()
  // @ts-expect-error there is no such path
  void voice.GET('/call-queue')
  // @ts-expect-error the path has no such method
  void voice.DELETE('/call-queues')
  // @ts-expect-error extensionId is missing
  void voice.GET('/extensions/{extensionId}')
  // @ts-expect-error the path takes extensionId
  void voice.GET('/extensions/{extensionId}', { params: { path: { id: '1' } } })
  // @ts-expect-error pageSize is a number
  void voice.GET('/call-queues', { params: { query: { pageSize: '100' } } })
  // @ts-expect-error the account key is a string
  void voice.GET('/call-queues', { params: { query: { accountKey: 1234567890 } } })
  // @ts-expect-error the body is missing
  void voice.POST('/extensions')
  // @ts-expect-error number is missing in the body
  void voice.POST('/extensions', { body: { accountKey: '1', name: 'Grace Example' } })
  // @ts-expect-error a number of the phone system is a string
  void voice.POST('/extensions', { body: { accountKey: '1', name: 'Grace Example', number: 1002 } })
  // @ts-expect-error name is a string
  void voice.PATCH('/extensions/{extensionId}', { ...anExtension, body: { name: null } })
  // @ts-expect-error there is no such member in the body
  void voice.PATCH('/extensions/{extensionId}', { ...anExtension, body: { title: 'Grace' } })
})

test('data and error are typed', async () => {
  const { data, error } = await voice.GET('/call-queues')
  if (error) {
    expectTypeOf(error).not.toBeAny()
    expectTypeOf(error.errorCode).toEqualTypeOf<GotoVoiceError['errorCode']>()
  } else {
    expectTypeOf(data).not.toBeAny()
    expectTypeOf(data.items).toEqualTypeOf<CallQueue[]>()
    expectTypeOf(data.items[0]?.name).toEqualTypeOf<string | undefined>()
  }
})

test('unwrap and paginate give typed values', async () => {
  expectTypeOf(unwrap(await voice.GET('/extensions')).items).toEqualTypeOf<Extension[]>()
  expectTypeOf(unwrap(await voice.DELETE('/extensions/{extensionId}', anExtension))).toEqualTypeOf<undefined>()
  for await (const extension of paginate(voice, '/extensions')) {
    expectTypeOf(extension).not.toBeAny()
    expectTypeOf(extension).toEqualTypeOf<Extension>()
  }
  for await (const { userKey } of paginate(voice, '/locations/{locationId}/users', {
    params: { path: { locationId: '1' } },
  })) {
    expectTypeOf(userKey).toEqualTypeOf<string>()
  }
  // @ts-expect-error one extension is no list
  void paginate(voice, '/extensions/{extensionId}', anExtension)
})

test('scopes are asked for by operation', () => {
  expectTypeOf(scopesFor(['listCallQueues'])).toEqualTypeOf<string[]>()
  // @ts-expect-error there is no such operation
  scopesFor(['listCallQueue'])
})
