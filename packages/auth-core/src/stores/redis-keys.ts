/** The names of everything a store keeps on the server. */
export interface RedisKeys {
  readonly channel: string
  readonly index: readonly [all: string, expiring: string]
  entry(key: string): string
  /** Ids of steps that were applied to the entry, in its slot. */
  past(key: string): string
}

/**
 * Names keys so that two entries never share one, and all keys of an entry share a slot: what stands between the first
 * `{` and the next `}` decides on the slot (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/).
 */
export function redisKeys(prefix: string): RedisKeys {
  return {
    channel: `${prefix}changes`,
    index: [`${prefix}index:{index}`, `${prefix}expiring:{index}`],
    entry: (key) => `${prefix}entry:{${tagOf(key)}}`,
    past: (key) => `${prefix}past:{${tagOf(key)}}`,
  }
}

/** Injective, without braces, never empty: an empty tag would be none. */
function tagOf(key: string): string {
  if (key === '') return '%'
  return key.replaceAll(/[%{}]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
}
