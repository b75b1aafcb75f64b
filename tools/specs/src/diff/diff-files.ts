import { resolve } from 'node:path'
import type { JsonObject } from '../json.ts'
import type { DiffCommand } from '../parse-command.ts'
import { parseSource } from '../parse-source.ts'
import type { Surroundings } from '../surroundings.ts'
import { readText } from '../workspace.ts'
import { compareDocuments } from './compare-documents.ts'
import { changesAsJson, describeChanges } from './describe-changes.ts'

/** Compares two files, each of any format that a source may have. */
export function diffFiles({ before, after, json }: DiffCommand, { cwd, out }: Surroundings): void {
  const read = (file: string): JsonObject => parseSource(readText(resolve(cwd, file)), file)
  const changes = compareDocuments(read(before), read(after))
  out(json ? changesAsJson(changes) : describeChanges(changes))
}
