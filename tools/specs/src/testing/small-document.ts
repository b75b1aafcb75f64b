import type { JsonObject } from '../json.ts'

/** A document that passes every check, small enough to break one thing at a time. A new copy at each call. */
export function smallDocument(): JsonObject {
  return {
    openapi: '3.1.0',
    info: { title: 'Small API', version: '1.0.0' },
    servers: [{ url: 'https://api.example.com/small/v1' }],
    tags: [{ name: 'things', description: 'Things.' }],
    paths: {
      '/things': {
        get: {
          operationId: 'listThings',
          tags: ['things'],
          description: 'Lists things.',
          'x-paging': 'marker',
          security: [{ oauth: ['things.read'] }],
          parameters: [
            { $ref: '#/components/parameters/pageMarker' },
            { name: 'pageSize', in: 'query', description: 'Size.', schema: { type: 'integer' }, example: 50 },
          ],
          responses: {
            '200': {
              description: 'Things.',
              content: {
                'application/json': {
                  schema: { $ref: '#/components/schemas/ThingList' },
                  example: { items: [{ id: 'a', mail: 'ada@example.com', phone: '+12025550143' }] },
                },
              },
            },
            ...errors('400'),
          },
        },
      },
      '/things/{thingId}': {
        parameters: [
          { name: 'thingId', in: 'path', required: true, description: 'Id.', schema: { type: 'string' }, example: 'a' },
        ],
        patch: {
          operationId: 'updateThing',
          tags: ['things'],
          description: 'Changes a thing.',
          'x-role': 'admin',
          'x-confidence': 'notes',
          'x-scopes-confidence': 'inferred',
          security: [{ oauth: ['things.read', 'things.write'] }, { oauth: ['things.all'] }],
          requestBody: {
            content: {
              'application/json': { schema: { $ref: '#/components/schemas/Thing' }, example: { id: 'a', kind: 'NEW' } },
            },
          },
          responses: { '204': { description: 'Changed.' }, ...errors('400', '404') },
        },
      },
    },
    components: {
      securitySchemes: {
        oauth: {
          type: 'oauth2',
          flows: {
            authorizationCode: {
              authorizationUrl: 'https://login.example.com/authorize',
              tokenUrl: 'https://login.example.com/token',
              scopes: { 'things.read': 'Read.', 'things.write': 'Write.', 'things.all': 'All.' },
            },
          },
        },
      },
      parameters: {
        pageMarker: {
          name: 'pageMarker',
          in: 'query',
          description: 'Where.',
          schema: { type: 'string' },
          example: 'x',
        },
      },
      responses: {
        Failed: {
          description: 'It failed.',
          content: {
            'application/json': {
              schema: {
                allOf: [
                  { $ref: '#/components/schemas/Error' },
                  { type: 'object', properties: { code: { type: 'string', 'x-extensible-enum': ['BROKEN'] } } },
                ],
              },
              example: { code: 'BROKEN' },
            },
          },
        },
      },
      schemas: {
        Error: { type: 'object', required: ['code'], properties: { code: { type: 'string' } } },
        Thing: {
          type: 'object',
          required: ['id'],
          properties: {
            id: { type: 'string' },
            kind: { type: 'string', 'x-confidence': 'seen', 'x-extensible-enum': ['OLD', 'SMALL'] },
            shared: { type: 'boolean', default: false },
            mail: { type: 'string', format: 'email' },
            phone: { type: ['string', 'null'] },
          },
        },
        ThingList: {
          type: 'object',
          required: ['items'],
          properties: {
            items: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
            nextPageMarker: { type: 'string' },
          },
        },
      },
    },
  }
}

function errors(...more: string[]): JsonObject {
  const statuses = [...more, '401', '403', '429', '500']
  return Object.fromEntries(statuses.map((status) => [status, { $ref: '#/components/responses/Failed' }]))
}
