import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { assertNoSecret } from '../testing/find-secrets.ts'
import { createPostgresStore, postgresSchema, type PostgresQuery, type PostgresStoreOptions } from './postgres.ts'

const noRows: PostgresQuery = async () => ({ rows: [] })

function failing(code: string, message = 'failed'): PostgresQuery {
  return () => Promise.reject(Object.assign(new Error(message), { code }))
}

describe('createPostgresStore', () => {
  it('is durable', () => {
    expect(createPostgresStore({ query: noRows }).durability).toBe('durable')
  })

  it.for<[string, object]>([
    ['no way to query', {}],
    ['an option that it does not know', { query: noRows, schema: 'app' }],
    ['a table name that ends a quoted name', { query: noRows, table: 'a"; DROP TABLE users; --' }],
    ['a table name with too many parts', { query: noRows, table: 'db.app.grants' }],
    ['an empty part', { query: noRows, table: 'app.' }],
    ['a name that the server would cut', { query: noRows, table: 'x'.repeat(57) }],
  ])('refuses %s', ([, options]) => {
    expect(() => createPostgresStore(options as PostgresStoreOptions)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })

  it('quotes the table, and each part of it', async () => {
    const texts: string[] = []
    const query: PostgresQuery = async (text) => {
      texts.push(text)
      return { rows: [] }
    }
    await createPostgresStore({ query, table: 'App.user' }).list('')
    expect(texts[0]).toContain('"App"."user"')
    expect(postgresSchema({ table: 'App.user' })).toContain('CREATE TABLE IF NOT EXISTS "App"."user"')
    expect(() => postgresSchema({ table: 'a b' })).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  })

  it.for([
    ['25006', 'store_read_only', false],
    ['42501', 'store_not_set_up', false],
    ['3D000', 'store_not_set_up', false],
    ['28P01', 'store_not_set_up', false],
    ['22P05', 'store_not_set_up', false],
    ['40001', 'store_busy', true],
    ['40P01', 'store_busy', true],
    ['55P03', 'store_busy', true],
    ['57014', 'store_busy', true],
    ['53300', 'store_failed', true],
    ['53100', 'store_failed', true],
    ['57P01', 'store_failed', true],
    ['54000', 'invalid_option', false],
    ['ECONNREFUSED', 'store_failed', true],
    ['CONNECTION_CLOSED', 'store_failed', true],
  ] as const)('makes of %s the error %s', async ([code, expected, retryable]) => {
    const store = createPostgresStore({ query: failing(code) })
    await expect(store.read('k')).rejects.toMatchObject({ code: expected, retryable, cause: { code } })
  })

  it.for(['42P01', '3F000', '42703'])('shows the statements that make its table after %s', async (code) => {
    const store = createPostgresStore({ query: failing(code), table: 'app.grants' })
    await expect(store.list('')).rejects.toMatchObject({
      code: 'store_not_set_up',
      message: expect.stringContaining(postgresSchema({ table: 'app.grants' })),
    })
  })

  it('tells nothing of what a client quotes in its errors', async () => {
    const secret = 'marker-value-9c1e'
    const error: unknown = await createPostgresStore({ query: failing('23514', `Failing row contains (${secret})`) })
      .write('k', secret, { ifVersion: null })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'store_failed' })
    assertNoSecret([error], { secret }, { inspect })
  })

  it('takes rows without its columns for no answer', async () => {
    const store = createPostgresStore({ query: async () => ({ rows: [{ count: 1 }] }) })
    await expect(store.read('k')).rejects.toMatchObject({ code: 'store_failed' })
    await expect(store.list('')).rejects.toMatchObject({ code: 'store_failed' })
  })

  it('refuses an expiry that is no number, and text that is no text, before anything is sent', async () => {
    const store = createPostgresStore({ query: failing('XX000') })
    const options = { ifVersion: null, expiresInMs: Number.POSITIVE_INFINITY }
    await expect(store.write('k', 'v', options)).rejects.toMatchObject({ code: 'invalid_option' })
    await expect(store.read('\ud800')).rejects.toMatchObject({ code: 'invalid_option' })
  })

  it('does not fail a write because it could not clear expired entries away', async () => {
    const query: PostgresQuery = async (text) => {
      if (text.startsWith('DELETE')) throw new Error('busy')
      return { rows: [{}] }
    }
    const written = createPostgresStore({ query }).write('k', 'v', { ifVersion: null, expiresInMs: 1 })
    expect(await written).toEqual({ version: expect.any(String) })
  })
})
