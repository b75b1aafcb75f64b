import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript5'
import { sourceFiles } from './workspace.ts'

/** One import, export-from, dynamic import or import type as it stands in a file. */
export interface ImportStatement {
  /** Path from the scanned folder. */
  readonly file: string
  readonly line: number
  readonly specifier: string
}

/** Reads the import statements of every TypeScript file under a folder, type-only ones included. */
export function readImports(folder: string): readonly ImportStatement[] {
  return sourceFiles(folder).flatMap((file) => importsOf(file, readFileSync(join(folder, file), 'utf8')))
}

/** The import statements of one text. */
function importsOf(file: string, text: string): readonly ImportStatement[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    file,
    line: text.slice(0, pos).split('\n').length,
    specifier: fileName,
  }))
}

/** The package a specifier names: `@grantkit/auth-core` for `@grantkit/auth-core/stores/memory`. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('#') || specifier.includes(':')) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
