import { expect } from 'vitest'
import { base, machineToken } from '../../test/carthooks-client.ts'
import { describeOperations, type Samples } from '../../test/describe-operations.ts'
import { callAt, signIn } from '../../test/play-client.ts'
import type { Sandbox } from '../sandbox.ts'

const redirectUri = 'http://localhost:8080/callback'

async function samples(sandbox: Sandbox, token: string): Promise<Samples> {
  const { apps, users } = sandbox.control.carthooks.snapshot()
  const [app] = apps
  const [collection] = app?.collections ?? []
  const [appId, collectionId, itemId] = [app?.id ?? 0, collection?.id ?? 0, collection?.itemIds[0] ?? 0]
  const ask = async (path: string, body?: unknown, method = 'POST') =>
    (await callAt(sandbox, token, method, base + path, body)).body.data as Record<string, unknown>
  const itemPath = `/v1/apps/${appId}/collections/${collectionId}/items/${itemId}`
  await ask(`${itemPath}/subform/1004`, { data: { name: 'Part' } })
  const { f_1004: parts } = (await ask(itemPath, undefined, 'GET')).fields as { f_1004: { id: number }[] }
  const connection = { hooklet_id: '12', title: 'Import', vendor_task_id: 'task-1' }
  const { id: connectionId } = await ask(`/v1/apps/${appId}/connections`, connection)
  const { id: uploadId } = await ask('/v1/uploads/token')
  const [place, item] = [
    { appId, collectionId },
    { appId, collectionId, itemId },
  ]
  const subItem = { ...item, fieldId: 1004, subItemId: parts[0]?.id ?? 0 }
  const hooklet = { appId, connectionId: Number(connectionId) }
  const watch = { app_id: appId, collection_id: collectionId, name: 'mine' }
  const queue = { endpoint_url: 'https://queue.example.com/1', endpoint_type: 'sqs', age: 60 }
  return {
    listApps: {},
    getApp: { path: { appId } },
    listCollections: { path: { appId } },
    getCollection: { path: place },
    listItems: { path: place, query: '?filters[f_1001][$eq]=open&pagination[start]=0&pagination[limit]=5' },
    queryItems: { path: place, body: { sort: ['created_at:desc'], pagination: { page: 1, pageSize: 5 } } },
    createItem: { path: place, body: { data: { title: 'New', f_1001: 'open' } } },
    getItem: { path: item, query: '?fields=title,f_1001' },
    updateItem: { path: item, body: { data: { f_1001: 'done' } } },
    deleteItem: { path: item },
    lockItem: { path: item, body: { lockTimeout: 60, lockId: 'worker-1', lockSubject: 'Nightly import' } },
    unlockItem: { path: item, body: { lockId: 'worker-1' } },
    createSubItem: { path: subItem, body: { data: { name: 'Other part' } } },
    updateSubItem: { path: subItem, body: { data: { name: 'Same part' } } },
    deleteSubItem: { path: subItem },
    createSubmissionToken: { path: place, body: { ttl: 60, fields: ['f_1001'] } },
    createUpdateToken: { path: item, body: {} },
    createUploadToken: {},
    getUploadPreview: { query: `?upload_id=${String(uploadId)}&file=a.pdf` },
    getCurrentUser: {},
    getUser: { path: { userId: users[0]?.id ?? 0 } },
    getUserByToken: { path: { token: sandbox.control.carthooks.createUserToken() } },
    listTenants: {},
    createConnection: { path: { appId }, body: connection },
    getConnection: { path: hooklet },
    updateConnection: { path: hooklet, body: { status: 'inactive' } },
    deleteConnection: { path: hooklet },
    createConnectionLog: { path: hooklet, body: { status: 2, message: 'Done.' } },
    createConnectionUsage: { path: hooklet, body: { usage: 12 } },
    createWatch: { body: { ...watch, ...queue } },
    deleteWatch: { body: watch },
    getAuthorizeCode: { body: { client_id: 'dvc-sandbox', redirect_uri: redirectUri, state: 's1' } },
  }
}

const refused = { status: 401, body: { error: { message: expect.any(String) }, trace_id: expect.any(String) } }

describeOperations({
  name: 'carthooks',
  base,
  operations: 33,
  // It takes no token; its tests are its own.
  tokenOperation: 'createToken',
  samples,
  signIn: machineToken,
  signInElsewhere: async (sandbox) => (await signIn(sandbox)).access,
  withoutToken: refused,
})
