-- Enters into a deployment's account what a process has learned; KEYS are as for a place.
local taken = KEYS[2]
local what = ARGV[1]

if what == 'given back' then
  local number, before, after = ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5])
  if redis.call('ZREM', taken, number .. ':' .. ARGV[3]) == 1 then
    redis.call('HSET', account, 'sum', whole(math.max(said('sum') - tonumber(ARGV[3]), 0)))
  end
  -- Behind a later place the gap stays, since moving it would bring two requests together.
  if after > before and said('next') == after then redis.call('HSET', account, 'next', whole(before)) end
elseif what == 'late' then
  local member = ARGV[2] .. ':' .. ARGV[3]
  local back_at = redis.call('ZSCORE', taken, member)
  if back_at then redis.call('ZADD', taken, 'XX', whole(tonumber(back_at) + tonumber(ARGV[4])), member) end
elseif what == 'paused' then
  local till = now + tonumber(ARGV[2])
  if till > said('paused') then redis.call('HSET', account, 'paused', whole(till)) end
elseif what == 'too fast' then
  local at, minute, longest, slower = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
  -- Once for all that was sent at the same pace.
  if at > said('changed') then
    minute = math.min(math.max(said('minute'), minute) * slower, longest)
    redis.call('HSET', account, 'minute', whole(minute), 'changed', whole(now))
  end
elseif what == 'remaining' then
  local number, limit, left, remaining = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
  local back_at, share = tonumber(ARGV[6]) + tonumber(ARGV[7]), tonumber(ARGV[8])
  local others = math.min(left, limit - said('sum')) - remaining
  if others > limit * share and back_at > now then
    redis.call('ZADD', taken, whole(back_at), number .. 'o:' .. whole(others))
    redis.call('HSET', account, 'sum', whole(said('sum') + others))
  end
end
local kept = math.floor(math.max(said('paused') - now, 0) / 1000) + 180000
for _, key in ipairs(KEYS) do
  if redis.call('PTTL', key) < kept then redis.call('PEXPIRE', key, kept) end
end
return 1
