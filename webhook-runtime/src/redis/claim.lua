-- Claims an entry: returns its new fence, or 'done' or 'held'.
-- KEYS[1]: the entry. ARGV: the lease, and the time that the entry outlives it, in milliseconds.
-- An entry is a hash of state ('held', 'done', 'released'), fence, and until (end of the lease in milliseconds).
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local entry = redis.call('HMGET', KEYS[1], 'state', 'fence', 'until')
local state, last, held_until = entry[1], tonumber(entry[2]), tonumber(entry[3])
if state == 'done' then
  return 'done'
end
if state == 'held' and held_until > now then
  return 'held'
end
-- The time in microseconds: greater than all earlier fences, also those of deleted entries. Lua represents it exactly
-- until the year 2255.
local fence = time[1] * 1000000 + time[2]
if last and last >= fence then
  fence = last + 1
end
fence = string.format('%.0f', fence)
held_until = string.format('%.0f', now + ARGV[1])
redis.call('HSET', KEYS[1], 'state', 'held', 'fence', fence, 'until', held_until)
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ARGV[1] + ARGV[2]))
return fence
