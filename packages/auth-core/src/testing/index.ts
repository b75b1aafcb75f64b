export { createFakeClock, type FakeClock, type FakeClockOptions, type PendingTimer } from './fake-clock.ts'
export { scriptedFetch, type ScriptedAnswer, type ScriptedFetch, type ScriptedRequest } from './scripted-fetch.ts'
export { providerSuite, type ProviderSuiteOptions } from './provider-suite.ts'
export { storeSuite, type StoreSuiteOptions } from './store-suite.ts'
export type { StoreSubject } from './store-suite/subject.ts'
export { faultyStore, type FaultyStore, type StoreFault, type StoreStep } from './faulty-store.ts'
export { recordingStore, type StoreOperation } from './recording-store.ts'
export { shiftedStore, type ShiftedStoreOptions } from './shifted-store.ts'
export {
  assertNoSecret,
  findSecrets,
  type FindSecretsOptions,
  type SecretFinding,
  type SecretForm,
} from './find-secrets.ts'
