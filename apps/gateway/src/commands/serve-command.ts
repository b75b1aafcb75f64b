import { lookup } from 'node:dns'
import { systemClock } from '@grantkit/auth-core'
import { createNodeTransport } from '@grantkit/node-transport'
import { pino } from 'pino'
import { createApp } from '../create-app.ts'
import { knownHosts } from '../instance/known-hosts.ts'
import { createPublicLookup } from '../instance/public-lookup.ts'
import { logAudit, logAuditAnchor, logAuthEvent, logRequest } from '../request-log.ts'
import { serve } from '../serve.ts'
import type { Command } from './command.ts'
import { withStore } from './with-store.ts'

/** Serves until the process is asked to end, then lets what is under way end. */
export const serveCommand: Command = {
  usage: 'serve',
  summary: 'serves the gateway; everything is set by the environment',
  async run(context) {
    await withStore(context, async (store, { settings, host, port, connectTimeoutMs, logLevel }) => {
      const log = pino({ level: logLevel }, { write: (line) => context.print(line.trimEnd()) })
      await using transport = createNodeTransport({
        connectTimeoutMs,
        lookup: createPublicLookup(lookup, knownHosts(settings.sandbox)),
      })
      const app = createApp({
        store,
        fetch: transport.fetch,
        clock: systemClock,
        settings,
        onRequest: (facts) => logRequest(log, facts),
        onAudit: (event) => logAudit(log, event),
        onAuditAnchor: (anchor) => logAuditAnchor(log, anchor),
        onAuditLost: (count) => log.error({ count }, 'audit events not stored'),
        onAuthEvent: (of, event) => logAuthEvent(log, of, event),
        // The message of an unplanned error may quote anything; its stack says where to look.
        onError: (error, requestId) => log.error({ requestId, at: placeOf(error) }, 'unplanned error'),
      })
      const serving = await serve(app, { host, port })
      log.info({ origin: serving.origin }, 'listening')
      await context.ended
      log.info('draining')
      await serving.close()
      await app.close()
    })
  },
}

function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const place = error.stack?.split('\n').find((line) => line.startsWith('    at '))
  return `${error.name}${place === undefined ? '' : ` ${place.trim()}`}`
}
