import { describe, expect, test } from 'vitest';
import { primaryBackup } from '../../test/primary-backup.ts';
import { replayCall, replayFile, replayLine, replayOptions } from './replay.ts';
import { runSeed } from './run-seed.ts';

describe('replay', () => {
  test('a line says the scenario, the seed, and what is not as by default', async () => {
    const swarm = await runSeed(primaryBackup(), { seed: 7 });
    expect(replayLine(swarm)).toBe('npx holdfast simulate primary-backup --seed 7');
    const other = await runSeed(primaryBackup(undefined, { name: "my raft's" }), {
      seed: 'night run',
      strategy: 'priorities',
    });
    expect(replayLine(other, { commit: 'abc123' })).toBe(
      "npx holdfast simulate 'my raft'\\''s' --seed 'night run' --strategy priorities --commit abc123",
    );
  });

  test('so does a call', async () => {
    expect(replayCall(await runSeed(primaryBackup(), { seed: 7 }))).toBe('runSeed(scenario, { seed: 7 })');
    const other = await runSeed(primaryBackup(), { seed: 'night run', strategy: 'priorities' });
    expect(replayCall(other)).toBe(`runSeed(scenario, { seed: "night run", strategy: 'priorities' })`);
  });

  test('a file makes the same run again, with fewer hosts, a shorter storm and chosen chances too', async () => {
    const small = await runSeed(primaryBackup(), { seed: 7, hosts: ['n1', 'n2'], storm: '2s', only: [] });
    const file = JSON.parse(JSON.stringify(replayFile(small)));
    expect(await runSeed(primaryBackup(), replayOptions(file))).toEqual(small);
    expect(Object.keys(file)).toEqual([
      'version',
      'scenario',
      'seed',
      'strategy',
      'storm',
      'hosts',
      'plan',
      'operations',
      'only',
    ]);
  });
});
