import type { Middleware } from 'openapi-fetch'
import { expect, it } from 'vitest'
import { runMiddleware, type MiddlewareFacts } from './run-middleware.ts'

const facts = { schemaPath: '/books', params: {}, id: 'one' } as MiddlewareFacts
const answered = (status: number) => () => Promise.resolve(new Response(null, { status }))
const run = (middleware: Middleware[], send: (request: Request) => Promise<Response> = answered(200)) =>
  runMiddleware(middleware, new Request('https://api.example.com/books'), facts, send)

it('asks forwards on the way out and backwards on the way back', async () => {
  const seen: string[] = []
  const named = (name: string): Middleware => ({
    onRequest: ({ schemaPath }) => void seen.push(`${name} asks ${schemaPath}`),
    onResponse: ({ response }) => void seen.push(`${name} hears ${response.status}`),
  })
  await run([named('a'), named('b')])
  expect(seen).toEqual(['a asks /books', 'b asks /books', 'b hears 200', 'a hears 200'])
})

it('hands each the request of the one before', async () => {
  const add = (name: string): Middleware => ({
    onRequest({ request }) {
      const next = new Request(request)
      next.headers.set('x-by', `${request.headers.get('x-by') ?? ''}${name}`)
      return next
    },
  })
  let sent: Request | undefined
  await run([add('a'), add('b')], (request) => {
    sent = request
    return answered(200)()
  })
  expect(sent?.headers.get('x-by')).toBe('ab')
})

it('sends nothing once one of them answers, and shows that answer to nobody', async () => {
  const seen: string[] = []
  const response = await run(
    [{ onRequest: () => new Response(null, { status: 203 }) }, { onResponse: () => void seen.push('heard') }],
    () => Promise.reject(new Error('sent')),
  )
  expect([response.status, seen]).toEqual([203, []])
})

it('lets an error be replaced, backwards, by another or by an answer', async () => {
  const failing = () => Promise.reject(new Error('cut'))
  const rename = (name: string): Middleware => ({ onError: ({ error }) => new Error(`${name} ${String(error)}`) })
  await expect(run([rename('a'), rename('b')], failing)).rejects.toThrow('a Error: b Error: cut')
  await expect(run([{ onError: () => undefined }], failing)).rejects.toThrow(/^cut$/)
  const seen: number[] = []
  const answer: Middleware = {
    onError: () => new Response(null, { status: 200 }),
    onResponse: ({ response }) => void seen.push(response.status),
  }
  expect((await run([answer], failing)).status).toBe(200)
  expect(seen).toEqual([200])
})

it.each<[string, Middleware, RegExp]>([
  [
    'onRequest',
    { onRequest: () => ({}) as Request },
    /^onRequest of a middleware must return nothing, a Response or another Request/,
  ],
  [
    'onResponse',
    { onResponse: () => ({}) as Response },
    /^onResponse of a middleware must return nothing, a Response or another Response/,
  ],
  [
    'onError',
    { onError: () => ({}) as Error },
    /^onError of a middleware must return nothing, a Response or another Error/,
  ],
])('says which hook returned what it must not: %s', async (hook, middleware, message) => {
  const send = hook === 'onError' ? () => Promise.reject(new Error('cut')) : answered(200)
  await expect(run([middleware], send)).rejects.toThrow(message)
})
