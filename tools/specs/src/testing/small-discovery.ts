import type { JsonObject } from '../json.ts'

/** A Discovery document in Google's own form, small enough to change one thing at a time. A new copy at each call. */
export function smallDiscovery(): JsonObject {
  return {
    kind: 'discovery#restDescription',
    name: 'notes',
    title: 'Notes API',
    version: 'v1',
    revision: '20260131',
    rootUrl: 'https://notes.example.com/',
    servicePath: 'notes/v1/',
    batchPath: 'batch/notes/v1',
    parameters: {
      alt: { type: 'string', enum: ['json'], location: 'query' },
      fields: { type: 'string', location: 'query' },
      key: { type: 'string', location: 'query' },
    },
    auth: {
      oauth2: {
        scopes: {
          'https://example.com/read': { description: 'Read.' },
          'https://example.com/all': { description: '' },
        },
      },
    },
    resources: {
      notes: {
        methods: {
          list: {
            id: 'notes.notes.list',
            httpMethod: 'GET',
            path: 'folders/{folderId}/notes',
            description: 'Lists notes.',
            parameters: {
              pageToken: { type: 'string', location: 'query' },
              maxResults: {
                type: 'integer',
                format: 'uint32',
                default: '50',
                minimum: '1',
                maximum: '250',
                location: 'query',
              },
              label: {
                type: 'string',
                repeated: true,
                enum: ['A', 'B'],
                enumDescriptions: ['First.', ''],
                location: 'query',
              },
              folderId: { type: 'string', required: true, location: 'path' },
            },
            response: { $ref: 'NoteList' },
            scopes: ['https://example.com/all', 'https://example.com/read'],
          },
          insert: {
            id: 'notes.notes.insert',
            httpMethod: 'POST',
            path: 'folders/{folderId}/notes',
            parameters: { folderId: { type: 'string', required: true, location: 'path' } },
            request: { $ref: 'Note' },
            response: { $ref: 'Note' },
            scopes: ['https://example.com/all'],
            mediaUpload: { accept: ['*/*'], protocols: {} },
          },
        },
        resources: {
          drafts: {
            methods: {
              patch: {
                id: 'notes.notes.drafts.patch',
                httpMethod: 'PATCH',
                path: 'drafts/{+draft}',
                deprecated: true,
                parameters: { draft: { type: 'string', required: true, location: 'path', pattern: '^d/.*$' } },
                request: { $ref: 'Note' },
                scopes: ['https://example.com/all'],
              },
            },
          },
        },
      },
    },
    schemas: {
      Note: {
        id: 'Note',
        type: 'object',
        description: 'A note.',
        properties: {
          id: { type: 'string', format: 'int64', minimum: '0', readOnly: true },
          text: { type: 'string', annotations: { required: ['notes.notes.insert'] } },
          state: { type: 'string', enum: ['OPEN', 'DONE'], enumDescriptions: ['', 'No more.'] },
          pinned: { type: 'boolean', default: 'false' },
          weight: { type: 'number', format: 'double', default: '1.5' },
          size: { type: 'integer', format: 'uint32' },
          at: { type: 'string', format: 'google-datetime' },
          day: { type: 'string', format: 'date' },
          wait: { type: 'string', format: 'google-duration' },
          mask: { type: 'string', format: 'google-fieldmask' },
          raw: { type: 'string', format: 'byte' },
          labels: { type: 'object', additionalProperties: { type: 'string' } },
          anything: { type: 'any' },
          open: { type: 'object' },
          place: {
            type: 'object',
            properties: { name: { type: 'string', annotations: { required: ['notes.notes.insert'] } } },
          },
          author: { $ref: 'Person', description: 'Who wrote it.' },
        },
      },
      NoteList: {
        id: 'NoteList',
        type: 'object',
        properties: { items: { type: 'array', items: { $ref: 'Note' } }, nextPageToken: { type: 'string' } },
      },
      Person: { id: 'Person', type: 'object', properties: { name: { type: 'string', required: true } } },
    },
  }
}

/** The same facts without prose, as lists instead of maps. */
export function smallFacts(): JsonObject {
  const { parameters, auth, schemas, ...rest } = smallDiscovery()
  const { kind: _kind, name, title: _title, revision, version, ...facts } = rest
  return JSON.parse(
    JSON.stringify({
      about: { api: name ?? null, discoveryRevision: revision ?? null },
      version,
      ...facts,
      commonParameters: parameters ?? null,
      oauth2Scopes: Object.keys((auth as { oauth2: { scopes: JsonObject } }).oauth2.scopes),
      schemas,
    }),
    (key, value: unknown) => {
      if (key === 'parameters' || key === 'commonParameters') return toList(value as JsonObject)
      if (key === 'request' || key === 'response') return (value as { $ref: string }).$ref
      return value
    },
  ) as JsonObject
}

function toList(parameters: JsonObject): JsonObject[] {
  return Object.entries(parameters).map(([name, value]) => ({ name, ...(value as JsonObject) }))
}
