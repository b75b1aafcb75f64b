export type { OrganizationRole, SandboxAccount } from './accounts.ts'
export { approveAuthorization, type ApproveOptions } from './approve-authorization.ts'
export { carthooksApiKey } from './carthooks/carthooks-manners.ts'
export type { CarthooksSnapshot } from './carthooks/carthooks-tenants.ts'
export { connectControl, type RemoteControl } from './control/connect-control.ts'
export type { RotationChange, SandboxControl } from './control/control.ts'
export type { Fault, FaultEffect, FaultMatch, FaultType, PendingFault } from './faults/fault.ts'
export type { FaultControl } from './faults/fault-schedule.ts'
export { gotoVoiceOperations } from './goto-voice/goto-voice.ts'
export type { AddedItems, AddItems, VoiceSnapshot } from './goto-voice/phone-systems.ts'
export type {
  CallKind,
  CallStage,
  Ledger,
  LedgerEntry,
  LedgerMatch,
  LedgerPredicate,
  LedgerSummary,
  RefreshPresentation,
  RefreshVerdict,
  TokenTrace,
} from './ledger.ts'
export { listen, type Listening, type ListenOptions } from './listen.ts'
export {
  carthooksClient,
  defaultClient,
  googleDesktopClient,
  googleWebClient,
  type GoogleClientType,
  type SandboxClient,
  type SandboxGrantType,
} from './oauth/clients.ts'
export { googleCalendarOperations } from './google-calendar/google-calendar.ts'
export type { AddEvents } from './google-calendar/add-events.ts'
export type { SandboxServiceAccount } from './google/google-service-accounts.ts'
export type { VendorId } from './vendor.ts'
export type { GrantSummary, TokenSummary } from './oauth/describe-grants.ts'
export type { GrantMatch } from './oauth/grant-book.ts'
export type { Rotation } from './rotation.ts'
export { createSandbox, type Sandbox } from './sandbox.ts'
export { isSandboxError, SandboxError, type SandboxErrorCode } from './sandbox-error.ts'
export type { SandboxOptions } from './sandbox-options.ts'
export type { SandboxSnapshot } from './state/snapshot.ts'
