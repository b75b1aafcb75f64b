import { createHash, randomBytes } from 'node:crypto'

// Escaped, because file systems give the rest a meaning or take it for the same: some ignore case, some normalise.
const escaped = /[^a-z0-9_-]/
const longestName = 200
const keyPrefix = 'key.'
const longPrefix = 'long.'
const newPrefix = 'new.'

/**
 * Names the folder of a key, injectively, in characters that no file system confuses. What gets too long for a name is
 * hashed; then the key stands in the entry alone.
 */
export function folderNameOf(key: string): string {
  const name = keyPrefix + [...Buffer.from(key)].map(escapeByte).join('')
  return name.length <= longestName ? name : longPrefix + createHash('sha256').update(key).digest('hex')
}

function escapeByte(byte: number): string {
  const character = String.fromCharCode(byte)
  return escaped.test(character) ? `%${byte.toString(16).padStart(2, '0')}` : character
}

function unescapeByte(escape: string): string {
  return String.fromCharCode(Number.parseInt(escape.slice(1), 16))
}

/** What a name in the store's folder is: a record, whose key may stand in the entry alone, or one being made. */
export type FolderName = { readonly is: 'record'; readonly key?: string } | { readonly is: 'new' }

/** Reads a name of the store's folder; `undefined` for what is not ours. */
export function parseFolderName(name: string): FolderName | undefined {
  if (name.startsWith(newPrefix)) return { is: 'new' }
  if (name.startsWith(longPrefix)) return { is: 'record' }
  if (!name.startsWith(keyPrefix)) return undefined
  const bytes = name.slice(keyPrefix.length).replaceAll(/%[0-9a-f]{2}/g, unescapeByte)
  const key = Buffer.from(bytes, 'latin1').toString()
  return folderNameOf(key) === name ? { is: 'record', key } : undefined
}

export function newFolderName(id: string): string {
  return newPrefix + id
}

/** Random and never used again: with it, a name that is gone never comes back. */
export function newId(): string {
  return randomBytes(16).toString('hex')
}

/** An entry: the how-many-th of its record, and its id. */
export interface Version {
  readonly count: number
  readonly id: string
}

/** The step from one version to the next: `~` while it is a candidate, `+` once it is decided. */
export interface Step extends Version {
  readonly mark: '~' | '+'
  readonly nextId: string
}

export function versionName({ count, id }: Version): string {
  return `${count}.${id}`
}

export function stepName(step: Step, mark: '~' | '+' = step.mark): string {
  return versionName(step) + mark + step.nextId
}

export function successorOf({ count, nextId }: Step): Version {
  return { count: count + 1, id: nextId }
}

const chainName = /^([1-9]\d{0,14})\.([0-9a-f]{32})(?:([~+])([0-9a-f]{32}))?$/

/** Reads a name of a record's folder; `undefined` for what is not ours. */
export function parseChainName(name: string): Version | Step | undefined {
  const [, count, id = '', mark, nextId = ''] = chainName.exec(name) ?? []
  if (count === undefined) return undefined
  const version = { count: Number(count), id }
  return mark === '~' || mark === '+' ? { ...version, mark, nextId } : version
}
