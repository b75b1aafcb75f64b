import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { createFileStore } from '@grantkit/auth-core/stores/file'
import type { OpenContender } from './contender.ts'

/** A new file, synced, put in the place of the old one: whole after a crash, but without any condition. */
export const openFile: OpenContender = async (folder) => {
  const put = async (key: string, value: string): Promise<void> => {
    const path = join(folder, encodeURIComponent(key))
    const file = await open(`${path}.new`, 'w')
    await file.writeFile(value)
    await file.sync()
    await file.close()
    await rename(`${path}.new`, path)
  }
  return {
    store: createFileStore({ folder: join(folder, 'store') }),
    raw: {
      create: put,
      async replace(key, value) {
        await put(key, value)
        return true
      },
    },
    close: async () => undefined,
  }
}
