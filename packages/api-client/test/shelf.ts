import type { ApiDefinition } from '../src/index.ts'

export interface Book {
  id: string
  title: string
  binding?: 'CLOTH' | (string & {})
}

interface ShelfError {
  errorCode: string
  reference: string
}

interface Failures {
  404: { headers: {}; content: { 'application/json': ShelfError } }
  429: { headers: {}; content: { 'application/json': ShelfError } }
}

interface Shelf {
  headers: {}
  content: { 'application/json': { items: Book[]; nextPageMarker?: string } }
}

interface None {
  query?: never
  header?: never
  path?: never
  cookie?: never
}

/** Types of a small made-up API, in the shape openapi-typescript generates. */
export interface paths {
  '/books': {
    parameters: None
    get: {
      parameters: Omit<None, 'query'> & {
        query: { accountKey: string; pageMarker?: string; pageSize?: number; author?: string }
      }
      requestBody?: never
      responses: { 200: Shelf } & Failures
    }
    post: {
      parameters: None
      requestBody: { content: { 'application/json': { accountKey: string; title: string } } }
      responses: { 201: { headers: {}; content: { 'application/json': Book } } } & Failures
    }
  }
  '/books/{bookId}': {
    parameters: None
    get: {
      parameters: Omit<None, 'path'> & { path: { bookId: string } }
      requestBody?: never
      responses: { 200: { headers: {}; content: { 'application/json': Book } } } & Failures
    }
    put: {
      parameters: Omit<None, 'path'> & { path: { bookId: string } }
      requestBody: { content: { 'application/json': { title: string } } }
      responses: { 200: { headers: {}; content: { 'application/json': Book } } } & Failures
    }
    delete: {
      parameters: Omit<None, 'path'> & { path: { bookId: string } }
      requestBody?: never
      responses: { 204: { headers: {}; content?: never } } & Failures
    }
  }
  '/authors': {
    parameters: None
    get: {
      parameters: None
      requestBody?: never
      responses: { 200: { headers: {}; content: { 'application/json': { items?: string[] } } } }
    }
  }
  '/ping': {
    parameters: None
    get: { parameters: None; requestBody?: never; responses: { 200: { headers: {}; content?: never } } }
  }
  '/accounts/{accountKey}': {
    parameters: None
    get: {
      parameters: Omit<None, 'path'> & { path: { accountKey: string } }
      requestBody?: never
      responses: { 200: { headers: {}; content: { 'application/json': { name: string } } } } & Failures
    }
  }
}

export const definition = {
  id: 'shelf',
  baseUrl: 'https://api.example.com/shelf/v1',
  operations: {
    listBooks: {
      method: 'GET',
      path: '/books',
      query: ['accountKey', 'pageMarker', 'pageSize', 'author'],
      idempotent: true,
    },
    addBook: { method: 'POST', path: '/books', idempotent: false },
    getBook: { method: 'GET', path: '/books/{bookId}', idempotent: true },
    replaceBook: { method: 'PUT', path: '/books/{bookId}', idempotent: true },
    removeBook: { method: 'DELETE', path: '/books/{bookId}', idempotent: true },
    getAccount: { method: 'GET', path: '/accounts/{accountKey}', idempotent: true },
  },
  paging: { style: 'marker', items: 'items', next: 'nextPageMarker', parameter: 'pageMarker' },
  defaults: [{ name: 'accountKey', in: ['query', 'path'] }],
  errors: { code: ['errorCode'], requestId: ['reference'] },
} as const satisfies ApiDefinition
