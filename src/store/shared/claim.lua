-- Claims definitions for a request: KEYS are, for each of them, its lease and the places where an answer
-- to it may be. Gives for each the answer that is there, or 1 if it is the asker's now and 0 if it is
-- somebody else's.
local token, lasts, places, looks = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
local claimed = {}
for at = 1, #KEYS, places + 1 do
  local answer = false
  if looks then
    for place = 1, places do
      -- Something else than text is no answer.
      local found = redis.pcall('GET', KEYS[at + place])
      if type(found) == 'string' then answer = answer or found end
    end
  end
  if answer then
    claimed[#claimed + 1] = answer
  elseif redis.call('SET', KEYS[at], token, 'NX', 'PX', lasts) or redis.pcall('GET', KEYS[at]) == token then
    claimed[#claimed + 1] = 1
  elseif redis.call('PTTL', KEYS[at]) == -1 then
    -- What would stay for ever is no lease.
    redis.call('SET', KEYS[at], token, 'PX', lasts)
    claimed[#claimed + 1] = 1
  else
    claimed[#claimed + 1] = 0
  end
end
return claimed
