// A provider and an API of your own: both are data, so nothing of Grantkit has to change for them.
import { createApiClient, type ApiClient, type ApiConnection, type ApiDefinition } from '@grantkit/api-client'
import { defineProvider, type Provider } from '@grantkit/auth-core'

export function warehouseProvider(origin: string): Provider {
  return defineProvider({
    id: 'warehouse',
    issuer: origin,
    endpoints: { token: `${origin}/token` },
    clientAuthentication: ['client_secret_basic'],
    audience: [origin],
    rotation: 'strict',
    allowLoopbackHttp: true,
  })
}

const definition: ApiDefinition = {
  id: 'warehouse',
  baseUrl: 'https://warehouse.example.com',
  operations: {
    getShelf: { method: 'GET', path: '/shelves/{orderId}', idempotent: true },
  },
}

// Usually generated from your OpenAPI document by openapi-typescript.
interface paths {
  '/shelves/{orderId}': {
    get: {
      parameters: { path: { orderId: number } }
      responses: { 200: { content: { 'application/json': { shelf: string } } } }
    }
  }
}

export function createWarehouse(connection: ApiConnection): ApiClient<paths> {
  return createApiClient<paths>(definition, { connection })
}
