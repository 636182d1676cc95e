import { campaign } from '@holdfast/simulation';
import { describe, expect, test } from 'vitest';
import { clusterKeptSeeds } from './cluster-kept-seeds.ts';
import { clusterScenarios } from './cluster-scenarios.ts';

describe('a cluster', { timeout: 120_000 }, () => {
  test.each(Object.values(clusterScenarios))('$name keeps its promises', async (scenario) => {
    const keptSeeds = clusterKeptSeeds[scenario.name] ?? [];
    const { failures } = await campaign(scenario, { seeds: 3, strategy: 'mixed', keptSeeds });
    expect(failures.map(({ seed, text }) => `${seed}: ${text}`)).toEqual([]);
  });
});
