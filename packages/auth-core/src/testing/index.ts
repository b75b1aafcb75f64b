export { createFakeClock, type FakeClock, type FakeClockOptions, type PendingTimer } from './fake-clock.ts'
export { scriptedFetch, type ScriptedAnswer, type ScriptedFetch, type ScriptedRequest } from './scripted-fetch.ts'
export { storeSuite, type StoreSuiteOptions } from './store-suite.ts'
export type { StoreSubject } from './store-suite/subject.ts'
