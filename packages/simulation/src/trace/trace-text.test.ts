import { expect, test } from 'vitest';
import { electionTrace } from '../../test/election-trace.ts';
import type { TraceEvent } from './trace-event.ts';
import { traceText } from './trace-text.ts';

test('a short run is told as a whole, each event with what it refers to', () => {
  const events: TraceEvent[] = [
    { what: 'invoke', at: 0, id: 1, client: 'client1', operation: { buy: 'book' } },
    { what: 'send', at: 1, id: 1, from: 'shop', to: 'payment', message: { kind: 'charge', cents: 500 } },
    { what: 'deliver', at: 900, id: 1 },
    { what: 'send', at: 1_000, id: 2, from: 'payment', to: 'shop', message: 'charged' },
    { what: 'drop', at: 1_001, id: 2, why: 'loss' },
    { what: 'host', at: 2_000, host: 'payment', state: 'crashed' },
    { what: 'complete', at: 3_000_000, id: 1, outcome: 'unknown' },
    { what: 'failure', at: 3_000_001, text: 'charged twice' },
  ];
  expect(traceText(events)).toBe(
    [
      '   0.000000 s  client1 asks for {"buy":"book"}',
      '   0.000001 s  shop sends charge to payment',
      '   0.000900 s  payment receives charge from shop',
      '   0.001000 s  payment sends charged to shop',
      '   0.001001 s  charged from payment to shop is lost: loss',
      '   0.002000 s  payment crashes',
      '   3.000000 s  client1 hears unknown',
      '   3.000001 s  FAILURE: charged twice',
    ].join('\n'),
  );
});

test('of a long one what matters most is left', () => {
  const { events } = electionTrace(100);
  const lines = traceText(events, 30).split('\n');
  expect(lines.length).toBeLessThanOrEqual(31);
  expect(lines[0]).toBe(`(${events.length - lines.length + 1} less telling events left out)`);
  expect(lines.join('\n')).toContain('node3: leader of term 2');
  expect(lines.at(-1)).toContain('FAILURE: client2 read x = 1');
});

test('what was sent just before the failure is left, where there is room', () => {
  const events: TraceEvent[] = Array.from({ length: 50 }, (_, at) => ({
    what: 'send' as const,
    at,
    id: at,
    from: 'a',
    to: 'b',
    message: `message ${at}`,
  }));
  events.unshift({ what: 'note', at: 0, host: 'a', text: 'begins' });
  events.push({ what: 'failure', at: 50, text: 'lost' });
  const told = traceText(events, 4).split('\n');
  expect(told.map((line) => line.replace(/^.* s {2}/, ''))).toEqual([
    '(48 less telling events left out)',
    'a: begins',
    'a sends message 48 to b',
    'a sends message 49 to b',
    'FAILURE: lost',
  ]);
});

test('a loss by chance is told once', () => {
  const events: TraceEvent[] = [
    { what: 'send', at: 5, id: 1, from: 'a', to: 'b', message: 'hello' },
    { what: 'fault', at: 5, kind: 'loss', subject: 'a>b' },
    { what: 'drop', at: 5, id: 1, why: 'loss' },
  ];
  expect(traceText(events).split('\n')).toEqual([
    '   0.000005 s  a sends hello to b',
    '   0.000005 s  hello from a to b is lost: loss',
  ]);
});
