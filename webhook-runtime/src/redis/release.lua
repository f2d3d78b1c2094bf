-- Releases a claim. Returns 1, or 0 if the claim was lost.
-- KEYS[1]: the entry. ARGV: the fence; the time that the entry is kept for its fence, in milliseconds.
local entry = redis.call('HMGET', KEYS[1], 'state', 'fence')
if entry[1] ~= 'held' or entry[2] ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'state', 'released')
redis.call('HDEL', KEYS[1], 'until')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
