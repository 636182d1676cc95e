// Goal: transfers and bookings are atomic whatever happens to the workers that coordinate them, to the participants and to what
// they say to each other. Method: two workers serve one ledger in the simulator, and faults strike; what is kept of past
// failures is run first.
import { type AnyScenario, campaign, type KeptSeed } from '@holdfast/simulation';
import { describe, expect, test } from 'vitest';
import { bookings } from './bookings.ts';
import { transfers } from './transfers.ts';

async function failuresOf(
  scenario: AnyScenario,
  seeds: number,
  keptSeeds: readonly KeptSeed[] = [],
): Promise<string[]> {
  const { failures } = await campaign(scenario, { seeds, keptSeeds, strategy: 'mixed', failuresMax: 3 });
  return failures.map(({ seed, strategy, verdict, text }) => `${seed} ${strategy}: ${verdict}: ${text}`);
}

describe('in the simulator', () => {
  test('transfers are on both sides or on neither, and nothing stays in doubt', async () => {
    expect(await failuresOf(transfers(), 60)).toEqual([]);
  }, 300_000);

  test('bookings are confirmed by all or by none', async () => {
    expect(await failuresOf(bookings('30d'), 15)).toEqual([]);
  }, 300_000);

  test('of bookings whose reservations run out, those that were given away are told', async () => {
    const kept: KeptSeed = {
      seed: 99,
      strategy: 'swarm',
      why: 'what was told of a participant that was late hid the heuristic outcome that waited for an operator',
    };
    expect(await failuresOf(bookings('300ms'), 15, [kept])).toEqual([]);
  }, 300_000);
});
