import type { JsonValue } from '@holdfast/core';
import type { TraceEvent } from './trace-event.ts';

/** Microseconds as a person reads them: `'1.234567 s'`. */
export function timeText(microseconds: number): string {
  return `${(microseconds / 1_000_000).toFixed(6)} s`;
}

/** A span of time, in the unit that suits it: `'350 µs'`, `'1.2 ms'`, `'3.4 s'`. */
export function spanText(microseconds: number): string {
  if (microseconds < 1_000) return `${microseconds} µs`;
  if (microseconds < 1_000_000) return `${trimmed(microseconds / 1_000)} ms`;
  return `${trimmed(microseconds / 1_000_000)} s`;
}

/** What kind of message it is, by the field that says so (`kind`, `type` or `what`), else by what it looks like. */
export function messageKind(message: JsonValue): string {
  if (typeof message === 'string') return message.length <= 24 ? message : 'text';
  if (message === null || typeof message !== 'object') return String(message);
  if (Array.isArray(message)) return typeof message[0] === 'string' ? message[0] : 'list';
  const fields = message as { readonly [field: string]: JsonValue };
  for (const name of ['kind', 'type', 'what']) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return 'message';
}

/** JSON on one line, cut to about `limit` characters. */
export function shortJson(value: JsonValue, limit = 80): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/**
 * One event as a line for a person. Events that refer to an earlier one by its number are told with what `find`
 * knows of it.
 */
export function eventText(event: TraceEvent, find: (event: TraceEvent) => TraceEvent | undefined): string {
  switch (event.what) {
    case 'send':
      return `${event.from} sends ${messageKind(event.message)} to ${event.to}`;
    case 'deliver': {
      const sent = find(event);
      return sent?.what === 'send'
        ? `${sent.to} receives ${messageKind(sent.message)} from ${sent.from}`
        : `message ${event.id} arrives`;
    }
    case 'drop': {
      const sent = find(event);
      return sent?.what === 'send'
        ? `${messageKind(sent.message)} from ${sent.from} to ${sent.to} is lost: ${event.why}`
        : `message ${event.id} is lost: ${event.why}`;
    }
    case 'host':
      return `${event.host} ${hostChanges[event.state]}`;
    case 'disk':
      return `${event.host} ${event.operation}: ${event.outcome}`;
    case 'fault':
      return `fault: ${event.kind}${event.subject === '' ? '' : ` of ${event.subject}`}`;
    case 'fault-end':
      return `${event.kind} is over`;
    case 'note':
      return `${event.host}: ${event.text}`;
    case 'invoke':
      return `${event.client} asks for ${shortJson(event.operation)}`;
    case 'complete': {
      const begun = find(event);
      const who = begun?.what === 'invoke' ? begun.client : `operation ${event.id}`;
      return `${who} hears ${event.outcome}${event.value === undefined ? '' : `: ${shortJson(event.value)}`}`;
    }
    case 'healed':
      return 'the storm is over, everything is healed';
    case 'failure':
      return `FAILURE: ${event.text}`;
  }
}

const hostChanges = {
  started: 'starts',
  crashed: 'crashes',
  paused: 'stands still',
  resumed: 'goes on',
} as const;

function trimmed(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1).replace(/\.?0+$/, '');
}
