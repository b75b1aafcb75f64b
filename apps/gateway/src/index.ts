export { createApp, type GatewayApp, type GatewayPorts } from './create-app.ts'
export type { Access, GatewayRoute } from './routes/registrar.ts'
export type { Settings } from './settings.ts'
