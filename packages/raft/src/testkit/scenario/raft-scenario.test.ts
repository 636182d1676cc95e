import { campaign, runSeedSync, troubleKinds } from '@holdfast/simulation';
import { describe, expect, test } from 'vitest';
import { raftKeptSeeds } from './raft-kept-seeds.ts';
import { raftScenario } from './raft-scenario.ts';
import { raftScenarios } from './raft-scenarios.ts';

const three = ['member-1', 'member-2', 'member-3'];

describe('a cluster of Raft', { timeout: 60_000 }, () => {
  test.each(Object.values(raftScenarios))('$name keeps its promises', async (scenario) => {
    const keptSeeds = raftKeptSeeds[scenario.name] ?? [];
    const { failures } = await campaign(scenario, { seeds: 6, strategy: 'mixed', keptSeeds });
    expect(failures.map(({ seed, text }) => `${seed}: ${text}`)).toEqual([]);
  });

  test('leases fail where clocks drift more than they are set to allow for', () => {
    const scenario = raftScenario({
      name: 'raft-lease-broken',
      voters: three,
      orders: ['drift', 'drift', 'drift', 'isolate-leader', 'isolate-leader'],
      drift: 500_000,
      settings: { reads: 'lease', clockDriftMax: 0 },
      faults: { kinds: troubleKinds.filter((kind) => kind === 'partition' || kind === 'cut') },
    });
    let stale: string | undefined;
    for (let seed = 0; stale === undefined && seed < 500; seed++) {
      const { verdict, invariant, text } = runSeedSync(scenario, { seed });
      if (verdict === 'passed') continue;
      expect(invariant).toBe('reads-are-current');
      stale = text;
    }
    expect(stale).toContain('was committed before it was asked');
  });
});
