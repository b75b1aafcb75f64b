import { createSqliteStore } from '@grantkit/auth-core/stores/sqlite'
import type { OpenStore } from './worker-task.ts'

export const openStore: OpenStore = createSqliteStore
