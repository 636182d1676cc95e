import { createHash } from 'node:crypto';

/** A script that Redis runs as one step, named by the digest of its text. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

function script(...parts: readonly string[]): Script {
  const text = parts.join('\n');
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

// Numbers in Lua are doubles: whole numbers below 2^53 stay exact, as the limiter has checked for its limit. Times
// are microseconds since 1970 by the server's clock. A number is printed with %.0f, for Lua's own way would round it.

const now = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
`;

/**
 * GCRA, as the core of the same name in @holdfast/resilience: the value is the theoretical arrival time, its rest in
 * units, and the units in a microsecond and of a permit. One that lies further ahead than a full bucket (the limit was lowered, or
 * the server's clock went back) counts as full.
 * ARGV: permits, at least or taken at, units in a microsecond, units of a permit, units of a full bucket.
 */
const gcra = `
local permits, rate, unit, volume = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local used = 0
local stored = redis.call('GET', KEYS[1])
if stored then
  local due, rest, rateThen, unitThen = string.match(stored, '^(%d+) (%d+) (%d+) (%d+)$')
  due, rest, rateThen, unitThen = tonumber(due), tonumber(rest), tonumber(rateThen), tonumber(unitThen)
  if due >= now then used = (due - now) * rateThen + rest end
  if unitThen ~= unit then used = math.ceil(used / unitThen * unit) end
  used = math.min(used, volume)
end
local function store()
  if used == 0 then return redis.call('DEL', KEYS[1]) end
  local micros = math.floor(used / rate)
  local value = string.format('%.0f %.0f %.0f %.0f', now + micros, used - micros * rate, rate, unit)
  redis.call('SET', KEYS[1], value, 'PX', string.format('%.0f', math.floor(micros / 1000) + 1))
end
`;

const gcraTake = `
local least = tonumber(ARGV[2])
local free = math.floor((volume - used) / unit)
if free < least then return {0, math.ceil((used + least * unit - volume) / rate), now} end
local taken = math.min(permits, free)
used = used + taken * unit
store()
return {taken, 0, now}
`;

const gcraGiveBack = `
used = math.max(0, used - permits * unit)
store()
return 0
`;

/**
 * Sliding window counter, as the core of the same name in @holdfast/resilience: the value is when the current window
 * began, the permits of the previous one and of this one, and the length of both. A beginning in the future (the
 * server's clock went back) is one now.
 * ARGV: permits, at least or taken at, limit, period.
 */
const slidingWindow = `
local permits, limit, period = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])
local start, previous, current = now, 0, 0
local stored = redis.call('GET', KEYS[1])
if stored then
  local length
  start, previous, current, length = string.match(stored, '^(%d+) (%d+) (%d+) (%d+)$')
  start, previous, current, length = tonumber(start), tonumber(previous), tonumber(current), tonumber(length)
  local elapsed = now - start
  if elapsed >= length then
    if elapsed < 2 * length then previous = current else previous = 0 end
    start, current = start + length, 0
  end
  if now < start or previous + current == 0 then start = now end
  local most = math.floor(9007199254740991 / period)
  previous, current = math.min(previous, most), math.min(current, most)
end
local function store()
  if previous + current == 0 then return redis.call('DEL', KEYS[1]) end
  local value = string.format('%.0f %.0f %.0f %.0f', start, previous, current, period)
  local left = math.max(0, start + 2 * period - now)
  redis.call('SET', KEYS[1], value, 'PX', string.format('%.0f', math.floor(left / 1000) + 1))
end
`;

const slidingWindowTake = `
local least = tonumber(ARGV[2])
local left = math.max(0, period - (now - start))
local free = math.floor((limit * period - previous * left) / period) - current
if free < least then
  local function decayed(count, room)
    if count <= room then return 0 end
    return period - math.floor(room * period / count)
  end
  local room = limit - current - least
  if room >= 0 then return {0, start + decayed(previous, room) - now, now} end
  return {0, start + period + decayed(current, limit - least) - now, now}
end
local taken = math.min(permits, free)
current = current + taken
store()
return {taken, 0, now}
`;

const slidingWindowGiveBack = `
local at = tonumber(ARGV[2])
if at >= start then current = math.max(0, current - permits)
elseif at >= start - period then previous = math.max(0, previous - permits) end
store()
return 0
`;

export const takeScripts: { readonly gcra: Script; readonly 'sliding-window': Script } = {
  gcra: script(now, gcra, gcraTake),
  'sliding-window': script(now, slidingWindow, slidingWindowTake),
};

export const giveBackScripts: { readonly gcra: Script; readonly 'sliding-window': Script } = {
  gcra: script(now, gcra, gcraGiveBack),
  'sliding-window': script(now, slidingWindow, slidingWindowGiveBack),
};
