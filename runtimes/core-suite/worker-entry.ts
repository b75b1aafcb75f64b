// Runs the suite in a worker. A worker does something for a request only; the body of each is the setting.
import { beginRefresh, findRefreshSaved } from './outliving-refresh.ts'
import type { TestResult } from './harness.ts'
import { runSuite } from './run-suite.ts'
import type { Setting } from './setting.ts'

interface ExecutionContext {
  waitUntil(work: Promise<unknown>): void
}

type Handler = (setting: Setting, context: ExecutionContext) => Promise<readonly TestResult[]>

const handlers: Readonly<Record<string, Handler>> = {
  '/suite': (setting) => runSuite(setting),
  '/begin-refresh': (setting, context) => beginRefresh(setting, (work) => context.waitUntil(work)),
  '/find-refresh-saved': () => findRefreshSaved(),
}

// Other runtimes end or say so by themselves.
addEventListener('unhandledrejection', ({ reason }) => console.error(`Rejected unnoticed: ${String(reason)}`))

const worker = {
  async fetch(request: Request, _env: unknown, context: ExecutionContext): Promise<Response> {
    const handle = handlers[new URL(request.url).pathname]
    if (handle === undefined) return new Response(null, { status: 404 })
    return Response.json(await handle((await request.json()) as Setting, context))
  },
}

// eslint-disable-next-line import/no-default-export -- workerd looks for the handler there
export default worker
