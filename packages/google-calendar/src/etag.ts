/** Something that was read, with its version. */
export interface Versioned {
  readonly etag?: string | undefined
}

/** Header by which a write fails with 412 if there is a newer version than the one that was read. */
export function ifMatch({ etag }: Versioned): { 'If-Match'?: string } {
  return etag === undefined ? {} : { 'If-Match': etag }
}

/** Header by which a read answers 304 (`not_modified`) while there is no newer version than the one that was read. */
export function ifNoneMatch({ etag }: Versioned): { 'If-None-Match'?: string } {
  return etag === undefined ? {} : { 'If-None-Match': etag }
}
