export { ApiError, isApiError, paginate, unwrap } from '@grantkit/api-client'
export { goto } from '@grantkit/auth-core/providers/goto'
export { definition } from './definition.ts'
export { createGotoVoice } from './goto-voice-client.ts'
export type { GotoVoice, GotoVoiceOptions } from './goto-voice-client.ts'
export type { components, paths } from './schema.gen.ts'
export type {
  Account,
  BillingGroup,
  Button,
  CallQueue,
  Device,
  DeviceModel,
  DeviceSummary,
  Extension,
  ExtensionDetail,
  GotoVoiceError,
  Location,
  PhoneNumber,
  PhoneNumberOrder,
  SharedVoicemail,
} from './schemas.ts'
export { scopesFor } from './scopes-for.ts'
export type { OperationId } from './scopes-for.ts'
