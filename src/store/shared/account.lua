-- What the scripts about a deployment's account begin with.
local account = KEYS[1]

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

local function whole(value)
  return string.format('%.0f', value)
end

local function said(field)
  return tonumber(redis.call('HGET', account, field) or '') or 0
end

