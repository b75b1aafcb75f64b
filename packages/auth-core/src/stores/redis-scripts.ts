/** One step on the server. Its first key decides which node of a cluster runs it; all its keys share a slot. */
export interface RedisScript {
  readonly source: string
}

/** How many index members a page of the list looks at. */
export const membersPerPage = 500

// A creation is refused when its index member is older than the first; a member without an entry is cleared away when
// it is older than the second. The gap covers clocks of nodes that differ.
const creationLimitMs = 600_000
export const memberGraceMs = 3_600_000

// Clients repeat a command whose answer was lost (ioredis does by default). A repeated step has to be recognised, or
// it would answer "conflict" for what it did itself. An entry knows its last versions; the ids that come before them, or
// whose entry is gone, lie for this long in a list of their own. (A key for each step cost as much as the step.)
const rememberMs = 120_000
const idsInEntry = 16
/** 4,096 steps on one entry within two minutes: what is older than that is forgotten. */
const listLength = 256
const idLength = 37

const memory = `
local function remember(ids)
  redis.call('LPUSH', KEYS[2], ids)
  redis.call('LTRIM', KEYS[2], 0, ${listLength - 1})
  redis.call('PEXPIRE', KEYS[2], ${rememberMs})
end
local function isRemembered(id, past)
  if string.find(past, id, 1, true) then return true end
  for _, ids in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
    if string.find(ids, id, 1, true) then return true end
  end
  return false
end`

const time = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local function text(number) return string.format('%.0f', number) end`

/** Keys: entry. Answers: time, value, version. */
export const readScript: RedisScript = {
  source: `${time}
local entry = redis.call('HMGET', KEYS[1], 'value', 'version')
return {text(now), entry[1], entry[2]}`,
}

/**
 * Keys: entry, its past. Arguments: value, version, the version to replace, expiry in ms or nothing, the birth (of an
 * entry to be created) or nothing, channel, message. Answers: what happened, and after a conflict the birth of what is
 * there.
 */
export const writeScript: RedisScript = {
  // What finds the version that it replaces was not applied before: only others have to look into the past.
  source: `${memory}
local value, version, replaced, expiry, birth, channel, message = unpack(ARGV)
local present = redis.call('HMGET', KEYS[1], 'version', 'birth', 'past')
local past = present[3] or ''
if birth ~= '' or present[1] ~= replaced then
  if present[1] == version or isRemembered(version, past) then return {'applied'} end
  if birth == '' or present[1] then return {'conflict', present[2]} end
  local age = redis.call('TIME')[1] * 1000 - tonumber(string.match(birth, '^%d+'))
  if age > ${creationLimitMs} then return {'late'} end
  redis.call('HSET', KEYS[1], 'birth', birth)
end
if #past >= ${idsInEntry * idLength} then
  remember(past)
  past = ''
end
redis.call('HSET', KEYS[1], 'value', value, 'version', version, 'past', replaced .. ' ' .. past)
if expiry == '' then
  redis.call('PERSIST', KEYS[1])
else
  redis.call('PEXPIRE', KEYS[1], expiry)
  remember(version)
end
redis.pcall('PUBLISH', channel, message)
return {'applied'}`,
}

/** Keys: entry, its past. Arguments: an id, the version to remove, channel, message. Answers: what happened, the birth. */
export const removeScript: RedisScript = {
  source: `${memory}
local id, version, channel, message = unpack(ARGV)
local present = redis.call('HMGET', KEYS[1], 'version', 'birth', 'past')
if present[1] ~= version then
  if isRemembered(id, '') then return {'removed'} end
  return {'conflict'}
end
redis.call('DEL', KEYS[1])
remember(table.concat({id, version, present[3] or ''}, ' '))
redis.pcall('PUBLISH', channel, message)
return {'removed', present[2]}`,
}

/** Keys: entry. Answers: the birth. */
export const birthScript: RedisScript = {
  source: `return {redis.call('HGET', KEYS[1], 'birth')}`,
}

/**
 * Keys: index, index of what expires. Arguments: key, id, expiry in ms or nothing. Answers: the birth, then members that
 * have probably lost their entries.
 */
export const enterScript: RedisScript = {
  source: `${time}
local birth = text(now) .. '.' .. ARGV[2]
local member = ARGV[1] .. '\\0' .. birth
redis.call('ZADD', KEYS[1], 0, member)
if ARGV[3] == '' then return {birth} end
redis.call('ZADD', KEYS[2], text(now + math.max(tonumber(ARGV[3]), ${memberGraceMs})), member)
return {birth, unpack(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', text(now), 'LIMIT', 0, 10))}`,
}

/** Keys: index, index of what expires. Arguments: how many members have no entry any more, these, those that have. */
export const leaveScript: RedisScript = {
  source: `${time}
for position = 2, #ARGV do
  if position <= ARGV[1] + 1 then
    redis.call('ZREM', KEYS[1], ARGV[position])
    redis.call('ZREM', KEYS[2], ARGV[position])
  else
    redis.call('ZADD', KEYS[2], 'XX', text(now + ${memberGraceMs}), ARGV[position])
  end
end
return {}`,
}

/** Keys: index. Arguments: prefix, the last member of the page before or nothing. Answers: time, members. */
export const pageScript: RedisScript = {
  source: `${time}
local from = '[' .. ARGV[1]
if ARGV[2] ~= '' then from = '(' .. ARGV[2] end
local page = redis.call('ZRANGEBYLEX', KEYS[1], from, '(' .. ARGV[1] .. '\\255', 'LIMIT', 0, ${membersPerPage})
return {text(now), unpack(page)}`,
}

/** Keys: any on the node that is asked. Answers: what the server says about its memory, persistence and role. */
export const serverScript: RedisScript = {
  source: `
local function info(section)
  local answer = redis.pcall('INFO', section)
  if type(answer) == 'table' and answer.err then return 'denied:' .. answer.err end
  return answer
end
return {info('memory'), info('persistence'), info('replication')}`,
}
