import type { Segment } from './segment.ts';

/** How much of the beginning is looked at. */
const lineMax = 120;

/**
 * What a segment is for, for a person who reads a trace: `'open'`, `'close'`, `'acknowledge'`, `'reset'` and so on; for
 * one with HTTP in it what is asked for or answered, such as `'POST /orders'` or `'HTTP 200'`; else `'data'`.
 */
export function segmentKind({ kind, opens, bytes, ends, probe, acknowledged }: Segment): string {
  if (kind !== 'stream') return kind;
  if (bytes.length > 0) return httpKind(firstLine(bytes)) ?? 'data';
  if (opens) return acknowledged === 0 ? 'open' : 'accept';
  if (ends) return 'close';
  return probe ? 'probe' : 'acknowledge';
}

/** Of a known method: a segment may begin in the middle of one, and ask for `ST /orders`. */
const requestLine = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (\S+) HTTP\/1\.1$/;

function httpKind(line: string): string | undefined {
  const [, method, path] = requestLine.exec(line) ?? [];
  if (method !== undefined && path !== undefined) return `${method} ${path.split('?')[0]}`;
  const [, status] = /^HTTP\/1\.1 (\d{3})\b/.exec(line) ?? [];
  return status === undefined ? undefined : `HTTP ${status}`;
}

function firstLine(bytes: Uint8Array): string {
  let line = '';
  for (const byte of bytes.subarray(0, lineMax)) {
    if (byte === 13 || byte === 10) break;
    line += String.fromCharCode(byte);
  }
  return line;
}
