-- Renews the lease of a claim. Returns 1, or 0 if the claim was lost.
-- KEYS[1]: the entry. ARGV: the fence; the lease, and the time that the entry outlives it, in milliseconds.
local entry = redis.call('HMGET', KEYS[1], 'state', 'fence')
if entry[1] ~= 'held' or entry[2] ~= ARGV[1] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ARGV[2]))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ARGV[2] + ARGV[3]))
return 1
