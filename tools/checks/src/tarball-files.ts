import { gunzipSync } from 'node:zlib'

/** A file in a package tarball. */
export interface TarballFile {
  /** Path inside the package. */
  readonly path: string
  readonly bytes: number
  readonly text: string
}

const blockBytes = 512

/** Reads the files of a package tarball (POSIX ustar with pax or GNU long names, gzipped). */
export function readTarball(packed: Uint8Array): readonly TarballFile[] {
  const archive = gunzipSync(packed)
  const files: TarballFile[] = []
  let longName: string | undefined
  for (let at = 0; at + blockBytes <= archive.length && archive[at] !== 0;) {
    const header = archive.subarray(at, at + blockBytes)
    const bytes = Number.parseInt(field(header, 124, 12), 8)
    const type = field(header, 156, 1)
    const text = archive.subarray(at + blockBytes, at + blockBytes + bytes).toString('utf8')
    if (type === 'x') longName = /\d+ path=(.+)\n/.exec(text)?.[1]
    else if (type === 'L') longName = text.replace(/\0.*$/s, '')
    else if (type === '0' || type === '') {
      files.push({ path: (longName ?? headerName(header)).replace(/^[^/]+\//, ''), bytes, text })
      longName = undefined
    }
    at += blockBytes + Math.ceil(bytes / blockBytes) * blockBytes
  }
  return files
}

function headerName(header: Uint8Array): string {
  const prefix = field(header, 345, 155)
  const name = field(header, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

function field(header: Uint8Array, start: number, length: number): string {
  const text = Buffer.from(header.subarray(start, start + length)).toString('utf8')
  return text.replace(/\0.*$/s, '').trim()
}
