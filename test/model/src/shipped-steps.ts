// The steps are internal to auth-core and stay so. The model has to run exactly what is shipped, therefore this one
// file reaches into the package; everything else here imports from this file.
// oxlint-disable no-restricted-imports
export * as shippedSteps from '../../../packages/auth-core/src/refresh/steps.ts'
export type { NewTokens, Rotation, Sent, StepRules } from '../../../packages/auth-core/src/refresh/steps.ts'
export type { GrantRecord } from '../../../packages/auth-core/src/refresh/grant-record.ts'
export { quietTimeMs } from '../../../packages/auth-core/src/refresh/times.ts'
