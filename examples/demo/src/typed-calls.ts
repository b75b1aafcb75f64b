import { paginate, unwrap, type createGotoVoice } from '@grantkit/goto-voice'
import type { RemoteControl } from '@grantkit/sandbox'
import type { Report } from './report.ts'
import { accountKey } from './scene.ts'
import { table } from './table.ts'

type Voice = ReturnType<typeof createGotoVoice>

const shownRows = 5
const newName = 'Reception'

/** Lists what the account has. */
export async function showLists({ step, lines, colors }: Report, voice: Voice): Promise<void> {
  const queues = await step(
    'Call queues',
    async () => unwrap(await voice.GET('/call-queues')).items ?? [],
    (items) => `${items.length} by voice.GET('/call-queues')`,
  )
  const queueRows = queues.map(({ extensionNumber = '', name = '', type = '' }) => [
    extensionNumber,
    name,
    String(type),
  ])
  lines(table(colors, ['number', 'name', 'type'], firstOf(queueRows)))
  const extensions = await step(
    'Extensions',
    async () => unwrap(await voice.GET('/extensions')).items ?? [],
    (items) => `${items.length} by voice.GET('/extensions')`,
  )
  const extensionRows = extensions.map(({ number = '', name = '', type = '' }) => [number, name, String(type)])
  lines(table(colors, ['number', 'name', 'type'], firstOf(extensionRows)))
}

/** Creates an extension and gives it another name. */
export async function changeExtension({ step }: Report, voice: Voice): Promise<void> {
  await step(
    'Create, rename',
    async () => {
      const created = unwrap(
        await voice.POST('/extensions', { body: { accountKey, number: '1900', name: 'Front desk' } }),
      )
      const extensionId = created.id ?? ''
      const body = { name: newName }
      const renamed = unwrap(
        await voice.PATCH('/extensions/{extensionId}', { params: { path: { extensionId } }, body }),
      )
      return { created, renamed }
    },
    ({ created, renamed }) => `extension ${created.number}: ${created.name} → ${renamed.name}`,
  )
}

/** Walks a list over all its pages. The sandbox counts them. */
export async function walkPages({ step }: Report, voice: Voice, control: RemoteControl): Promise<void> {
  await step(
    'All pages',
    async () => {
      const { calls } = await control.ledger.summary()
      const names: string[] = []
      for await (const { name = '' } of paginate(voice, '/extensions', { params: { query: { pageSize: 5 } } })) {
        names.push(name)
      }
      if (!names.includes(newName)) throw new Error(`${newName} is on none of the pages`)
      const requests = await control.ledger.entries({ operation: 'listExtensions', afterSeq: calls })
      return { names, requests }
    },
    ({ names, requests }) =>
      `${names.length} extensions on ${requests.length} pages by paginate, ${newName} among them`,
  )
}

function firstOf(rows: readonly string[][]): string[][] {
  const rest = rows.length - shownRows
  return rest > 0 ? [...rows.slice(0, shownRows), ['…', `and ${rest} more`]] : [...rows]
}
