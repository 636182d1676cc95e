import { threeDigits } from './number.ts';

/** Milliseconds as a person reads them: `0`, `840 µs`, `12.4 ms`, `1.25 s`, `2m 05s`, `3h 12m`, `4d 2h`. */
export function formatDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '–';
  if (milliseconds < 0) return `−${formatDuration(-milliseconds)}`;
  if (milliseconds === 0) return '0';
  if (milliseconds < 0.0005) return '<1 µs';
  if (milliseconds < 0.9995) return `${threeDigits(milliseconds * 1000)} µs`;
  if (milliseconds < 999.5) return `${threeDigits(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${threeDigits(milliseconds / 1000)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return pair(seconds, 60, 'm', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return pair(minutes, 60, 'h', 'm');
  return pair(Math.round(minutes / 60), 24, 'd', 'h');
}

function pair(value: number, by: number, big: string, small: string): string {
  const rest = value % by;
  const whole = `${Math.floor(value / by)}${big}`;
  return rest === 0 ? whole : `${whole} ${String(rest).padStart(by === 60 ? 2 : 1, '0')}${small}`;
}

const spans: Readonly<Record<string, number>> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const parts = /(\d+(?:\.\d+)?)\s*(us|µs|ms|s|m|h|d)\s*/y;

/** What a person types for a duration, in milliseconds: `250ms`, `1.5 s`, `2m 05s`, `80` (milliseconds). Undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  const typed = text.trim();
  if (/^\d+(\.\d+)?$/.test(typed)) return Number(typed);
  let sum: number | undefined;
  parts.lastIndex = 0;
  for (let at = 0; at < typed.length; at = parts.lastIndex) {
    const found = parts.exec(typed);
    if (found === null) return undefined;
    sum = (sum ?? 0) + Number(found[1]) * spans[found[2]!]!;
  }
  return sum;
}
