#!lua
-- Stores what a batch wrote, item by item, except what depends on anything that others wrote in the meantime.
--
-- KEYS: meta, log, turn, then every key that is written.
-- ARGV:  1 the number of writes that the batch knows      7 the watermark
--        2 the token of the worker                        8 '1': all or nothing, and only if nobody has written
--        3 '1': it is to get its turn                     9 the number of fields of meta to set; they follow
--        4 the token of the store                           the number of keys to unlink; their places in KEYS follow
--        5 the generations that the batch knows             the load of a bucket; the number of slots; each has its number, the place of
--        6 the seed of the worker                           its postings in KEYS, and '1' if it was emptied
-- Then the items. Each has the marks of what it read, the marks of what it writes, its postings (key and record number,
-- 4 bytes each), the number of values and the values (place of the key, field, value), the number of entries to delete
-- and these (place of the key, field). The last item is stored only if all others are.
--
-- The answer: {'done', keys of another type}
--             {'part', keys of another type, meta, log since, numbers of the items that were not stored}
--             {'stale', meta, log since or false}   nothing was stored
--             {'wait'}                              another worker has its turn
--
-- The server does not undo a script that fails. So everything that may fail is checked before the first write.

local TURN_MS = 2000       -- a worker that died in its turn keeps the others waiting for this long
local LOGGED = 256         -- writes
local AT_ONCE = 400        -- fields: Lua's stack limits the arguments of a call
local ENTRY = 6            -- bytes of a posting: the upper half of the key, and the number
local FEWEST = 65536       -- buckets
local COUNTS = '<I4I8'     -- buckets and postings of a slot
local MOST_SPLITS = 4096

local meta, log, turn = KEYS[1], KEYS[2], KEYS[3]
local known, token, whole, seed = ARGV[1], ARGV[2], ARGV[8] == '1', ARGV[6]
local at = 9
local function next_argument()
  at = at + 1
  return ARGV[at - 1]
end

-- What has happened since the batch read?
local now = redis.call('HMGET', meta, 'writes', 'born', 'generations', 'seed')
local writes, born, stored_seed = now[1] or '0', now[2] or '', now[4]
local is_same = born == ARGV[4] and (now[3] or '') == ARGV[5]
-- A store that holds entries has their seed. One that the server has lost gets the seed of the worker that writes first.
if stored_seed ~= seed and (stored_seed or born ~= '') then is_same = false end
local since = nil
if writes ~= known or not is_same then
  local behind, length = tonumber(writes) - tonumber(known), redis.pcall('LLEN', log)
  if type(length) == 'number' and behind > 0 and behind <= length then
    since = redis.call('LRANGE', log, -behind, -1)
  end
  if whole or #ARGV < 9 or not since or not is_same then
    if ARGV[3] == '1' then redis.pcall('SET', turn, token, 'PX', TURN_MS, 'NX') end
    return {'stale', redis.call('HGETALL', meta), since or false}
  end
end
if #ARGV < 9 then return {'done', {}} end

local foreign = {}
local function make_way(key, kind)
  local found = redis.call('TYPE', key).ok
  if found ~= kind and found ~= 'none' then
    redis.call('UNLINK', key)
    foreign[#foreign + 1] = key
  end
end

make_way(turn, 'string')
local holder = redis.call('GET', turn)
if holder == token or (holder and redis.call('PTTL', turn) < 0) then
  redis.call('UNLINK', turn)
elseif holder then
  return {'wait'}
end

-- The head
local fields, unlinked, slots = {}, {}, {}
for n = 1, tonumber(next_argument()) do fields[n] = next_argument() end
for n = 1, tonumber(next_argument()) do unlinked[n] = KEYS[tonumber(next_argument())] end
local load = tonumber(next_argument()) -- postings in a bucket, on average
for _ = 1, tonumber(next_argument()) do
  local slot = {number = tonumber(next_argument()), key = KEYS[tonumber(next_argument())], added = {}, order = {}}
  slot.buckets, slot.postings, slot.field, slot.count = FEWEST, 0, string.format('slot%02d', slot.number), 0
  local counts = redis.call('HGET', meta, slot.field)
  if next_argument() == '0' and counts then
    if #counts ~= 12 then return {'stale', redis.call('HGETALL', meta), false} end
    slot.buckets, slot.postings = struct.unpack(COUNTS, counts)
  end
  slot.half = FEWEST
  while 2 * slot.half <= slot.buckets do slot.half = 2 * slot.half end
  slots[slot.number] = slot
end

-- The items
local touched = {}
local function touch(marks)
  for place = 1, #marks, 4 do touched[string.sub(marks, place, place + 3)] = true end
end
local function is_touched(marks)
  for place = 1, #marks, 4 do
    if touched[string.sub(marks, place, place + 3)] then return true end
  end
end
for _, marks in ipairs(since or {}) do touch(marks) end

local sets, deleted, logged, refused = {}, {}, {}, {}
local function add_postings(postings)
  for place = 1, #postings, 8 do
    local key, number = struct.unpack('<I4I4', postings, place)
    local slot = slots[math.floor(number / 268435456)]
    local bucket = key % (2 * slot.half)
    if bucket >= slot.buckets then bucket = bucket % slot.half end
    local entry = string.sub(postings, place + 2, place + 7)
    local held = slot.added[bucket]
    if not held then slot.order[#slot.order + 1] = bucket end
    slot.added[bucket] = held and held .. entry or entry
    slot.count = slot.count + 1
  end
end
local function of(lists, place)
  local key = KEYS[tonumber(place)]
  if not lists[key] then lists[key] = {} end
  return lists[key]
end

local item = 0
while at <= #ARGV do
  local reads, marks, postings = next_argument(), next_argument(), next_argument()
  local values = tonumber(next_argument())
  local first_value = at
  at = at + 3 * values
  local deletions = tonumber(next_argument())
  local first_deletion = at
  at = at + 2 * deletions
  local is_last = at > #ARGV
  if since and ((is_last and #refused > 0) or is_touched(reads)) then
    refused[#refused + 1] = item
    touch(marks)
  else
    add_postings(postings)
    for place = first_value, first_value + 3 * values - 1, 3 do
      local list = of(sets, ARGV[place])
      list[#list + 1] = ARGV[place + 1]
      list[#list + 1] = ARGV[place + 2]
    end
    for place = first_deletion, first_deletion + 2 * deletions - 1, 2 do
      local list = of(deleted, ARGV[place])
      list[#list + 1] = ARGV[place + 1]
    end
    logged[#logged + 1] = marks
  end
  item = item + 1
end

-- From here on, the script writes.
local function in_parts(command, key, list)
  for from = 1, #list, 2 * AT_ONCE do
    redis.call(command, key, unpack(list, from, math.min(from + 2 * AT_ONCE - 1, #list)))
  end
end

-- Adds entries to buckets. A bucket that does not consist of whole entries is damaged, and replaced.
local function hold(slot)
  for from = 1, #slot.order, AT_ONCE do
    local names, changed = {}, {}
    for n = from, math.min(from + AT_ONCE - 1, #slot.order) do
      names[#names + 1] = struct.pack('>I4', slot.order[n])
    end
    local held = redis.call('HMGET', slot.key, unpack(names))
    for n = 1, #names do
      local old, new = held[n], slot.added[slot.order[from + n - 1]]
      if old and #old % ENTRY == 0 then new = old .. new end
      changed[2 * n - 1], changed[2 * n] = names[n], new
    end
    redis.call('HSET', slot.key, unpack(changed))
  end
end

-- Moves the entries whose key has the bit `half` from each of these buckets to its twin.
local function split(slot, first, last)
  local offset, bit_of_byte = 0, slot.half / 65536
  if bit_of_byte > 255 then offset, bit_of_byte = 1, bit_of_byte / 256 end
  for from = first, last, AT_ONCE do
    local names, changed, gone = {}, {}, {}
    for bucket = from, math.min(from + AT_ONCE - 1, last) do names[#names + 1] = struct.pack('>I4', bucket) end
    local held = redis.call('HMGET', slot.key, unpack(names))
    for n = 1, #names do
      local bucket, stays, goes = held[n], {}, {}
      if bucket and #bucket % ENTRY == 0 then
        for place = 1, #bucket, ENTRY do
          local to = bit.band(string.byte(bucket, place + offset), bit_of_byte) == 0 and stays or goes
          to[#to + 1] = string.sub(bucket, place, place + ENTRY - 1)
        end
      end
      if #goes > 0 then
        changed[#changed + 1], changed[#changed + 2] = struct.pack('>I4', from + n - 1 + slot.half), table.concat(goes)
        if #stays > 0 then
          changed[#changed + 1], changed[#changed + 2] = names[n], table.concat(stays)
        else
          gone[#gone + 1] = names[n]
        end
      end
    end
    if #changed > 0 then redis.call('HSET', slot.key, unpack(changed)) end
    if #gone > 0 then redis.call('HDEL', slot.key, unpack(gone)) end
  end
end

make_way(log, 'list')
for place = 4, #KEYS do make_way(KEYS[place], 'hash') end
for _, key in ipairs(unlinked) do redis.call('UNLINK', key) end
for key, list in pairs(deleted) do in_parts('HDEL', key, list) end
for key, list in pairs(sets) do in_parts('HSET', key, list) end
in_parts('HSET', meta, fields)
if not stored_seed then redis.call('HSET', meta, 'seed', seed) end
local watermark = redis.call('HGET', meta, 'watermark')
if #ARGV[7] > 0 and (not watermark or struct.unpack('<d', watermark) < struct.unpack('<d', ARGV[7])) then
  redis.call('HSET', meta, 'watermark', ARGV[7])
end
for _, slot in pairs(slots) do
  hold(slot)
  slot.postings = slot.postings + slot.count
  local due = math.min(math.floor(slot.postings / load) - slot.buckets, MOST_SPLITS)
  local first = slot.buckets - slot.half
  local last = math.min(first + due, slot.half) - 1
  if last >= first then
    split(slot, first, last)
    slot.buckets = slot.buckets + last - first + 1
  end
  redis.call('HSET', meta, slot.field, struct.pack(COUNTS, slot.buckets, slot.postings))
end
redis.call('HINCRBY', meta, 'writes', 1)
redis.call('RPUSH', log, table.concat(logged))
redis.call('LTRIM', log, -LOGGED, -1)
if #refused == 0 then return {'done', foreign} end
if ARGV[3] == '1' then redis.call('SET', turn, token, 'PX', TURN_MS, 'NX') end
return {'part', foreign, redis.call('HGETALL', meta), since, refused}
