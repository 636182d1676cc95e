import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bootstrapState, type Message, type ReadOutcome } from '../src/index.ts';
import { ScriptedHost } from './scripted-host.ts';

const names = ['a', 'b', 'c'];

/**
 * A leader is cut off while others elect another one as soon as they may, and tries to read at that very moment. Rates
 * are in parts per million of true time. Whether its read misses what the new leader has committed.
 */
function readsStale(leaderRate: number, othersRate: number, clockDriftMax: number): boolean {
  const flight: Message<string>[] = [];
  const outcomes: ReadOutcome[] = [];
  const options = { reads: 'lease' as const, clockDriftMax, electionTimeout: 1_000_000 };
  const hosts = names.map(
    (id) =>
      new ScriptedHost(id, options, bootstrapState(names), {
        sent: (message) => flight.push(message),
        applied: () => {},
        restored: () => {},
        read: (_host, outcome) => outcomes.push(outcome),
        wrote: () => {},
      }),
  );
  const [leader, other] = hosts as [ScriptedHost, ScriptedHost, ScriptedHost];
  let now = 0;
  const clock = (host: ScriptedHost): number =>
    Math.floor((now * (host === leader ? leaderRate : othersRate)) / 1_000_000);
  const deliver = (reaches: (message: Message<string>) => boolean): void => {
    for (const host of hosts) host.settle(clock(host));
    for (let message = flight.shift(); message !== undefined; message = flight.shift()) {
      const host = hosts.find(({ id }) => id === message?.to)!;
      if (reaches(message)) host.up.receive(message, clock(host));
      host.settle(clock(host));
    }
  };
  for (const host of hosts) host.start(0);
  // True time, until even the slowest clock has passed the first promises.
  now = 4_000_000;
  leader.up.campaign(clock(leader));
  deliver(() => true);
  // A round that all answer begins the lease, and the promises of the others.
  leader.up.wake(Math.max(clock(leader), leader.up.wakeAt));
  now = Math.ceil((leader.up.wakeAt * 1_000_000) / leaderRate);
  leader.up.wake(clock(leader));
  deliver(() => true);
  expect(leader.up.role).toBe('leader');
  while (other.up.role !== 'leader') {
    now += 500;
    other.up.campaign(clock(other));
    deliver(({ from, to }) => from !== 'a' && to !== 'a');
  }
  other.up.propose('new', 3, clock(other));
  deliver(({ from, to }) => from !== 'a' && to !== 'a');
  expect(other.commands).toEqual(['new']);
  leader.up.read(1, clock(leader));
  leader.settle(clock(leader));
  return outcomes.some(({ outcome }) => outcome === 'ready');
}

test('a leader that is cut off reads nothing stale, if clocks drift no further than its lease allows for', () => {
  const rates = fc.integer({ min: 0, max: 300_000 }).chain((drift) => {
    const rate = fc.integer({ min: 1_000_000 - drift, max: 1_000_000 + drift });
    return fc.tuple(rate, rate, fc.constant(drift));
  });
  fc.assert(
    fc.property(rates, ([leader, others, drift]) => !readsStale(leader, others, drift)),
    { numRuns: 60 },
  );
  expect(readsStale(800_000, 1_200_000, 200_000)).toBe(false);
});

test('it does, if they drift further', () => {
  expect(readsStale(800_000, 1_200_000, 100_000)).toBe(true);
  expect(readsStale(990_000, 1_000_000, 0)).toBe(true);
});
