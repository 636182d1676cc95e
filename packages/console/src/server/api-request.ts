import { invalidArgument } from '@holdfast/core';
import type { Window } from '../api/console-api.ts';

/** A request of the API, as a route sees it. */
export interface ApiRequest {
  /** What stands in the place of the route's variables, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** The body of a POST, parsed; undefined where there is none. */
  readonly body: unknown;
  /** Whether it carried the console's token. */
  readonly mayAct: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Aborts when the asker has gone. */
  readonly signal: AbortSignal;
}

const units: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3_600e3, d: 86_400e3 };
const defaultMillis = 15 * 60_000;
const windowMax = 400 * 86_400_000;

/**
 * The window that is asked for: by default the last 15 minutes.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function windowOf(
  query: URLSearchParams,
  now: number,
  names: readonly [string, string] = ['from', 'to'],
): Window {
  const to = momentOf(query, names[1], now) ?? now;
  const from = momentOf(query, names[0], now) ?? to - defaultMillis;
  if (from >= to) throw invalidArgument(names[0], query.get(names[0]), `before ${names[1]}, ${to}`);
  if (to - from > windowMax)
    throw invalidArgument(names[0], query.get(names[0]), 'at most 400 days before to');
  return { from, to };
}

function momentOf(query: URLSearchParams, name: string, now: number): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (text === 'now') return now;
  const relative = /^-(\d{1,9})([smhd])$/.exec(text);
  if (relative !== null) return now - Number(relative[1]) * units[relative[2]!]!;
  const millis = Number(text);
  if (!Number.isFinite(millis) || millis < 0 || millis > 8.64e15) {
    throw invalidArgument(name, text, 'milliseconds since the Unix epoch, or relative to now such as -15m');
  }
  return millis;
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function numberIn(
  query: URLSearchParams,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!(value >= min && value <= max)) throw invalidArgument(name, text, `a number from ${min} to ${max}`);
  return value;
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function wordIn<Word extends string>(
  query: URLSearchParams,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const word = words.find((each) => each === text);
  if (word === undefined) throw invalidArgument(name, text, `one of ${words.join(', ')}`);
  return word;
}

/** Undefined where it is not given. */
export function textIn(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) || undefined;
}

const attributesMax = 8;

/** What `attribute=key=value` says, which may be there several times. @throws HoldfastError INVALID_ARGUMENT. */
export function attributesIn(query: URLSearchParams): (readonly [string, string])[] {
  const texts = query.getAll('attribute').filter((text) => text !== '');
  if (texts.length > attributesMax)
    throw invalidArgument('attribute', texts.length, `at most ${attributesMax}`);
  return texts.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw invalidArgument('attribute', text, 'a key, =, and a value');
    return [text.slice(0, at), text.slice(at + 1)];
  });
}
