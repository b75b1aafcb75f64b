import type { components } from './schema.gen.ts'

type Schemas = components['schemas']

export type Account = Schemas['Account']
export type BillingGroup = Schemas['BillingGroup']
export type Button = Schemas['Button']
export type CallQueue = Schemas['CallQueue']
export type Device = Schemas['Device']
export type DeviceModel = Schemas['DeviceModel']
/** A device as the list shows it. */
export type DeviceSummary = Schemas['DeviceSummary']
export type Extension = Schemas['Extension']
/** An extension with everything a single read shows. */
export type ExtensionDetail = Schemas['ExtensionDetail']
/** Body of a failed answer. */
export type GotoVoiceError = Schemas['Error']
export type Location = Schemas['Location']
export type PhoneNumber = Schemas['PhoneNumber']
export type PhoneNumberOrder = Schemas['PhoneNumberOrder']
export type SharedVoicemail = Schemas['SharedVoicemail']
