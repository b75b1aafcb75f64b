import type { Outcome } from '@grantkit/contract'
import type { Carthooks } from '../src/index.ts'
import type { operations } from '../src/operations.gen.ts'

const collection = { appId: 2147483701, collectionId: 2147483801 }
const inCollection = { params: { path: collection } }
const onItem = { params: { path: { ...collection, itemId: 2147483851 } } }
const onSubform = { params: { path: { ...onItem.params.path, fieldId: 2147483861 } } }
const onSubItem = { params: { path: { ...onSubform.params.path, subItemId: 2147483871 } } }
const inApp = { params: { path: { appId: collection.appId } } }
const onConnection = { params: { path: { ...inApp.params.path, connectionId: 2147483901 } } }
const item = { data: { title: 'Order 12', f_1001: 'open' } }

const items = '/v1/apps/{appId}/collections/{collectionId}/items'
const oneItem = `${items}/{itemId}` as const
const subItem = `${oneItem}/subform/{fieldId}/items/{subItemId}` as const
const connection = '/v1/apps/{appId}/connections/{connectionId}'

/** One valid call of every operation, written as a user would write it. */
export const calls: Record<keyof typeof operations, (api: Carthooks) => Promise<Outcome>> = {
  listApps: (api) => api.GET('/v1/apps'),
  getApp: (api) => api.GET('/v1/apps/{appId}', inApp),
  listCollections: (api) => api.GET('/v1/apps/{appId}/collections', inApp),
  getCollection: (api) => api.GET('/v1/apps/{appId}/collections/{collectionId}', inCollection),

  listItems: (api) =>
    api.GET(items, {
      params: {
        path: collection,
        query: {
          filters: { f_1001: { $eq: 'open' }, created_at: { $gte: 1767225600 } },
          pagination: { page: 1, pageSize: 20 },
          sort: ['created_at:desc', 'title:asc'],
          fields: ['title', 'f_1001'],
          unlockedOrLockedBy: 'worker-1',
        },
      },
    }),
  queryItems: (api) =>
    api.POST(`${items}/query`, {
      ...inCollection,
      body: { filters: { f_1001: { $like: 'o%' } }, pagination: { page: 1, withCount: true }, sort: ['title:asc'] },
    }),
  createItem: (api) => api.POST(items, { ...inCollection, body: item }),
  getItem: (api) => api.GET(oneItem, { params: { ...onItem.params, query: { fields: ['title'] } } }),
  updateItem: (api) => api.PUT(oneItem, { ...onItem, body: { data: { f_1001: 'done' } } }),
  deleteItem: (api) => api.DELETE(oneItem, onItem),
  lockItem: (api) => api.POST(`${oneItem}/lock`, { ...onItem, body: { lockTimeout: 600, lockId: 'worker-1' } }),
  unlockItem: (api) => api.POST(`${oneItem}/unlock`, { ...onItem, body: { lockId: 'worker-1' } }),
  createSubItem: (api) => api.POST(`${oneItem}/subform/{fieldId}`, { ...onSubform, body: item }),
  updateSubItem: (api) => api.PUT(subItem, { ...onSubItem, body: item }),
  deleteSubItem: (api) => api.DELETE(subItem, onSubItem),

  createSubmissionToken: (api) =>
    api.POST('/v1/apps/{appId}/collections/{collectionId}/submission-token', { ...inCollection, body: { ttl: 3600 } }),
  createUpdateToken: (api) => api.POST(`${oneItem}/update-token`, { ...onItem, body: { fields: ['f_1001'] } }),
  createUploadToken: (api) => api.POST('/v1/uploads/token'),
  getUploadPreview: (api) =>
    api.GET('/v1/uploads/preview', { params: { query: { upload_id: 'upload-1', file: 'invoice.pdf' } } }),

  getUser: (api) => api.GET('/v1/users/{userId}', { params: { path: { userId: 2147483650 } } }),
  getUserByToken: (api) => api.GET('/v1/user-token/{token}', { params: { path: { token: 'a/user?token' } } }),
  getCurrentUser: (api) => api.GET('/v1/me'),
  listTenants: (api) => api.GET('/v1/tenants'),

  createConnection: (api) =>
    api.POST('/v1/apps/{appId}/connections', {
      ...inApp,
      body: { hooklet_id: 'example-hooklet', title: 'Order import', vendor_task_id: 'task-1' },
    }),
  getConnection: (api) => api.GET(connection, onConnection),
  updateConnection: (api) => api.PUT(connection, { ...onConnection, body: { status: 'inactive' } }),
  deleteConnection: (api) => api.DELETE(connection, onConnection),
  createConnectionLog: (api) =>
    api.POST(`${connection}/logs`, { ...onConnection, body: { status: 2, message: '12 orders imported.' } }),
  createConnectionUsage: (api) => api.POST(`${connection}/usage`, { ...onConnection, body: { usage: 12 } }),

  createWatch: (api) =>
    api.POST('/v1/watch-data', {
      body: {
        endpoint_url: 'https://queue.example.com/carthooks',
        endpoint_type: 'sqs',
        name: 'orders',
        app_id: collection.appId,
        collection_id: collection.collectionId,
        age: 432_000,
        filters: { f_1001: { $eq: 'open' } },
      },
    }),
  deleteWatch: (api) => api.DELETE('/v1/watch-data', { body: { collection_id: collection.collectionId } }),

  createToken: (api) =>
    api.POST('/oauth/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: { grant_type: 'client_credentials', client_id: 'dvc-1', client_secret: 'canary-secret' },
    }),
  getAuthorizeCode: (api) =>
    api.getAuthorizeCode({ clientId: 'dvc-1', redirectUri: 'https://app.example.com/callback', state: 'state-1' }),
}
