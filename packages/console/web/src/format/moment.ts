const two = (value: number): string => String(value).padStart(2, '0');

/** The time of day, in the reader's zone: `14:05:09`. */
export function formatTime(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The time of day with milliseconds: `14:05:09.120`. */
export function formatTimeExactly(at: number): string {
  return `${formatTime(at)}.${String(Math.floor(at % 1000)).padStart(3, '0')}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Day and time; the day only where it is not today: `14:05`, `28 Nov 14:05`. */
export function formatMoment(at: number, now: number = Date.now()): string {
  const minutes = formatTime(at).slice(0, 5);
  return isSameDay(at, now) ? minutes : `${formatDay(at)} ${minutes}`;
}

/** A moment among many that follow one another: `14:05:09.120`; of another day `28 Nov 14:05:09`. */
export function formatMomentExactly(at: number, now: number = Date.now()): string {
  return isSameDay(at, now) ? formatTimeExactly(at) : `${formatDay(at)} ${formatTime(at)}`;
}

function formatDay(at: number): string {
  const date = new Date(at);
  return `${date.getDate()} ${months[date.getMonth()]}`;
}

function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}

/** How long ago, roughly: `now`, `12s ago`, `5m ago`, `3h ago`, `2d ago`. */
export function formatAgo(at: number, now: number = Date.now()): string {
  const seconds = Math.round((now - at) / 1000);
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds}s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ago`;
  return `${Math.floor(seconds / 86_400)}d ago`;
}
