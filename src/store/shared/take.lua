-- Reserves a place for a request in a deployment's account: KEYS are what is said of it, the tokens
-- taken by when they come back, and who uses it. Gives the microseconds to wait, what is left of a
-- minute's tokens (-1: they are not limited, -2: nothing is reserved), the tokens taken, when the
-- place is, and when the next request would have its place without this one and with it.
local taken, users = KEYS[2], KEYS[3]
local number, process, cost = ARGV[1], ARGV[2], tonumber(ARGV[3])
local own_requests, own_tokens = tonumber(ARGV[4]), tonumber(ARGV[5])
local wanted, untold, is_patient = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8] == '1'
local request_minute, tolerance, token_minute = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local haste, catch_up, slower = tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14])

-- Of the limits that processes have had within the last two minutes the lowest hold; what those want
-- who have asked lately adds up.
if own_requests > 0 then redis.call('HSET', users, 'r' .. own_requests, whole(now + 2 * token_minute)) end
if own_tokens > 0 then redis.call('HSET', users, 't' .. own_tokens, whole(now + 2 * token_minute)) end
local requests, tokens, all_wanted = own_requests, own_tokens, wanted
local entries = redis.call('HGETALL', users)
for i = 1, #entries, 2 do
  local kind, name = string.sub(entries[i], 1, 1), string.sub(entries[i], 2)
  local till, amount = string.match(entries[i + 1], '^(%d+) ?(%d*)$')
  if not till or tonumber(till) < now then
    redis.call('HDEL', users, entries[i])
  elseif kind == 'r' then
    local limit = tonumber(name)
    if requests == 0 or limit < requests then requests = limit end
  elseif kind == 't' then
    local limit = tonumber(name)
    if tokens == 0 or limit < tokens then tokens = limit end
  elseif kind == 'w' and name ~= process then
    all_wanted = all_wanted + (tonumber(amount) or 0)
  end
end

local at = math.max(now, said('paused'))

local minute = math.max(said('minute'), request_minute)
-- A minute without another refusal is one towards the usual pace.
if minute > request_minute and now >= said('changed') + token_minute then
  minute = math.max(minute / slower, request_minute)
  redis.call('HSET', account, 'minute', whole(minute), 'changed', whole(now))
end
local next_at = said('next')
if requests > 0 then at = math.max(at, next_at - tolerance) end

local sum, left, paced = 0, -1, said('paced')
if tokens > 0 then
  cost = math.min(cost, tokens)
  local back = redis.call('ZRANGEBYSCORE', taken, '-inf', whole(now))
  if #back > 0 then redis.call('ZREMRANGEBYSCORE', taken, '-inf', whole(now)) end
  sum = said('sum')
  for _, one in ipairs(back) do sum = sum - tonumber(string.match(one, ':(%d+)$')) end
  if redis.call('ZCARD', taken) == 0 then sum = 0 end
  if untold > 0 then
    redis.call('ZADD', taken, whole(now + token_minute), number .. 'u:' .. whole(untold))
    sum = sum + untold
  end
  if all_wanted > tokens - sum then at = math.max(at, paced - catch_up) end
  local first, rest = 0, sum
  while rest > tokens - cost do
    local some = redis.call('ZRANGE', taken, first, first + 15, 'WITHSCORES')
    if #some == 0 then break end
    for i = 1, #some, 2 do
      if rest <= tokens - cost then break end
      rest = rest - tonumber(string.match(some[i], ':(%d+)$'))
      at = math.max(at, tonumber(some[i + 1]))
    end
    first = first + 16
  end
  left = math.max(tokens - rest - cost, 0)
end

at = math.floor(at)
local is_reserved = is_patient or at <= now
local before, after = next_at, next_at
if is_reserved then
  if requests > 0 then
    after = math.floor(math.max(next_at, at) + minute / requests)
    redis.call('HSET', account, 'next', whole(after))
  end
  if tokens > 0 then
    redis.call('ZADD', taken, whole(at + token_minute), number .. ':' .. whole(cost))
    sum = sum + cost
    paced = math.max(paced, at) + token_minute * cost / tokens / haste
    redis.call('HSET', account, 'paced', whole(paced))
  end
end
redis.call('HSET', account, 'sum', whole(sum))
redis.call('HSET', users, 'w' .. process, whole(at + 10000000) .. ' ' .. whole(wanted))
local kept = math.floor((at - now + 3 * token_minute) / 1000)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, kept) end
return { at - now, is_reserved and left or -2, cost, at, before, after }
