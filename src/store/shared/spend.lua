-- The account of a budget: KEYS is a hash with what its day and its month have cost. Adds what is asked
-- for, for now; with `1` for ARGV[1] only if no limit stands against it. With a day for ARGV[2] that day
-- is meant, and what is over by now is left as it is. Gives which limit stands against it (1 to 3 of the
-- day, 4 to 6 of the month, each of requests, tokens and money; 0 none), the day, and the six sums.
local account = KEYS[1]
local is_wish, of_day = ARGV[1] == '1', ARGV[2]
local amounts = { tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]) }

local function whole(value)
  return string.format('%.0f', value)
end

-- The day in UTC, as in Howard Hinnant's `civil_from_days`.
local days = math.floor(tonumber(redis.call('TIME')[1]) / 86400) + 719468
local era = math.floor(days / 146097)
local of_era = days - era * 146097
local year_of_era = math.floor((of_era - math.floor(of_era / 1460) + math.floor(of_era / 36524) - math.floor(of_era / 146096)) / 365)
local of_year = of_era - (365 * year_of_era + math.floor(year_of_era / 4) - math.floor(year_of_era / 100))
local from_march = math.floor((5 * of_year + 2) / 153)
local day = of_year - math.floor((153 * from_march + 2) / 5) + 1
local month = from_march < 10 and from_march + 3 or from_march - 9
local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
local today = string.format('%04d-%02d-%02d', year, month, day)

local periods = {
  { name = 'day', now = today, meant = of_day == '' and today or of_day },
  { name = 'month', now = string.sub(today, 1, 7), meant = string.sub(of_day == '' and today or of_day, 1, 7) },
}
local measures = { 'requests', 'tokens', 'billionths' }
local sums, against = {}, 0
for at, period in ipairs(periods) do
  local is_current = redis.call('HGET', account, period.name) == period.now
  for number, measure in ipairs(measures) do
    local sum = is_current and tonumber(redis.call('HGET', account, period.name .. ':' .. measure) or '') or 0
    sum = sum or 0
    local place = (at - 1) * 3 + number
    local limit = tonumber(ARGV[5 + place])
    if is_wish and against == 0 and limit >= 0 and sum + amounts[number] > limit then against = place end
    sums[place] = sum
  end
end
if against == 0 then
  for at, period in ipairs(periods) do
    local changes = { period.name, period.now }
    for number, measure in ipairs(measures) do
      local place = (at - 1) * 3 + number
      if period.meant == period.now then sums[place] = math.max(sums[place] + amounts[number], 0) end
      changes[#changes + 1] = period.name .. ':' .. measure
      changes[#changes + 1] = whole(sums[place])
    end
    redis.call('HSET', account, unpack(changes))
  end
  -- Longer than any month.
  redis.call('EXPIRE', account, 3456000)
end
return { against, today, whole(sums[1]), whole(sums[2]), whole(sums[3]), whole(sums[4]), whole(sums[5]), whole(sums[6]) }
