import { EventEmitter } from 'node:events';
import { beforeEach, expect, test } from 'vitest';
import { leaveOnSignal } from './leave-on-signal.ts';

let happened: (string | number)[];
let started: boolean;
let now: number;
let signals: EventEmitter & { exit(code: number): void };
let end: () => void;

beforeEach(() => {
  happened = [];
  started = true;
  now = 0;
  signals = Object.assign(new EventEmitter(), { exit: (code: number) => void happened.push(code) });
  end = leaveOnSignal({
    signals,
    log: { write: () => {} },
    leave: () => void happened.push('leave'),
    started: () => started,
    now: () => now,
  });
});

test('the first signal asks to leave, and a later one ends it at once', () => {
  signals.emit('SIGTERM');
  now = 2_000;
  signals.emit('SIGINT');
  expect(happened).toEqual(['leave', 1]);
});

test('one that comes at the heels of the first is the same again', () => {
  signals.emit('SIGINT');
  now = 400;
  signals.emit('SIGINT');
  expect(happened).toEqual(['leave']);
});

test('before there is anything to leave it ends at once, in order', () => {
  started = false;
  signals.emit('SIGTERM');
  expect(happened).toEqual([0]);
});

test('it lets go of the process', () => {
  end();
  expect([signals.listenerCount('SIGTERM'), signals.listenerCount('SIGINT')]).toEqual([0, 0]);
});
