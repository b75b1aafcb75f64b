import { objectAt, type JsonObject } from '../json.ts'
import { readDiscovery } from './read-discovery.ts'
import { refusedParameters } from './shared-parameters.ts'

/** Says what a Discovery document has that its conversion does not, and why: a sentence for each kind of thing. */
export function leftOut(document: JsonObject, name: string): string[] {
  const { methods, parameters, schemas } = readDiscovery(document, name)
  const methodsWith = (member: string): string[] =>
    // The facts without prose say null or false where a method has none.
    methods.filter(({ value }) => Boolean(value[member])).map(({ id }) => id)
  const refused = parameters.filter((parameter) => parameter.name in refusedParameters)
  const slashes = methods.filter(({ path }) => path.includes('{+')).map(({ id }) => id)
  const variants = Object.keys(schemas).filter((key) => 'variant' in objectAt(schemas[key]))
  return [
    ...sentence(
      'Parameters of every method',
      refused.map((parameter) => `${parameter.name} (${refusedParameters[parameter.name]})`),
    ),
    ...sentence(
      'Uploads of media go to another address than the method, and their bodies are no JSON',
      methodsWith('mediaUpload'),
    ),
    ...sentence(
      'Downloads of media answer with the media instead of the schema when alt=media is asked for',
      methodsWith('supportsMediaDownload'),
    ),
    ...sentence('Path members that take slashes are written as ordinary ones', slashes),
    ...sentence('Schemas whose shape depends on one member have none of these shapes', variants),
    ...(typeof document['batchPath'] === 'string'
      ? ['Batches are no operation of an API: several requests travel in one body.']
      : []),
  ]
}

function sentence(reason: string, where: readonly string[]): string[] {
  return where.length === 0 ? [] : [`${reason}: ${where.join(', ')}.`]
}
