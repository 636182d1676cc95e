import { expect, test } from 'vitest';
import type { Message } from './messages.ts';
import { Outbox } from './outbox.ts';

const message = (to: string, term: number): Message<string> => ({
  kind: 'heartbeat-response',
  from: 'a',
  to,
  term,
  round: 0,
});
const sent = (outbox: Outbox<string>): string[] =>
  outbox.takeAll(undefined, []).messages.map(({ to, term }) => `${to}/${term}`);

test('keeps an answer back until its batch is durable', () => {
  const outbox = new Outbox<string>();
  outbox.hold(message('b', 1), 2);
  outbox.hold(message('c', 1), 1);
  outbox.send(message('d', 1));
  expect(sent(outbox)).toEqual(['d/1']);
  outbox.release(1, 1);
  expect(sent(outbox)).toEqual(['c/1']);
  outbox.release(2, 1);
  expect(sent(outbox)).toEqual(['b/1']);
  expect(outbox.empty).toBe(true);
});

test('drops what was promised in an earlier term, and returns what is meant for itself', () => {
  const outbox = new Outbox<string>();
  outbox.hold(message('b', 1), 1);
  outbox.hold(message('a', 2), 1);
  expect(outbox.release(1, 2)).toEqual([message('a', 2)]);
  expect(sent(outbox)).toEqual([]);
});

test('drops further answers when too many wait', () => {
  const outbox = new Outbox<string>();
  for (let count = 0; count < 5000; count++) outbox.hold(message('b', 1), 1);
  outbox.release(1, 1);
  expect(sent(outbox).length).toBe(4096);
});
