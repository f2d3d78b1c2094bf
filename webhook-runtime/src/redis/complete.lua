-- Marks a claim as done. Returns 1, or 0 if the claim was lost or released. A repeated call changes nothing.
-- KEYS[1]: the entry. ARGV: the fence; the time that the entry is kept, in milliseconds.
local entry = redis.call('HMGET', KEYS[1], 'state', 'fence')
if entry[1] == 'released' or entry[2] ~= ARGV[1] then
  return 0
end
if entry[1] == 'held' then
  redis.call('HSET', KEYS[1], 'state', 'done')
  redis.call('HDEL', KEYS[1], 'until')
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
