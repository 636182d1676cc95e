import { describe, expect, test } from 'vitest';
import { primaryBackup } from '../../test/primary-backup.ts';
import { retryingClient } from '../../test/retrying-client.ts';
import { tickingHost } from '../../test/ticking-host.ts';
import { replayOptions } from '../scenario/replay.ts';
import { runSeed } from '../scenario/run-seed.ts';
import { findFailure } from './find-failure.ts';

/** Lost writes alone: who leads at the end does not matter here. */
const lostWrites = primaryBackup(undefined, { progress: () => true });

describe('findFailure', () => {
  test('finds the write that a partition loses, and leaves of it the partition and the write', async () => {
    const failure = (await findFailure(lostWrites, { seeds: 1_000 }))!;
    expect(failure.found.verdict).toBe('check');
    expect(failure.decisionsFound).toBeGreaterThan(40);
    expect(failure.shrunk.operations).toHaveLength(1);
    expect(failure.decisions).toBeLessThanOrEqual(5);
    expect(failure.text).toContain('was acknowledged, and is lost');
  });

  test('what it leaves replays from its file, byte for byte', async () => {
    const failure = (await findFailure(lostWrites, { seeds: 1_000, commit: '4b825dc' }))!;
    const file = JSON.parse(JSON.stringify(failure.replayFile));
    const replayed = await runSeed(lostWrites, { ...replayOptions(file), trace: true });
    expect(replayed).toEqual(failure.shrunk);
    expect(file).toMatchObject({ version: 1, scenario: 'primary-backup', commit: '4b825dc' });
    const { seed } = failure.found;
    expect(failure.replayLine).toBe(`runSeed(scenario, { seed: ${seed} })`);
    expect(await runSeed(lostWrites, { seed })).toEqual(failure.found);
  });

  test('of a retry that is applied twice, one deposit and what delayed its answer are left', async () => {
    const failure = (await findFailure(retryingClient(), { seeds: 200 }))!;
    expect(failure.found.verdict).toBe('check');
    expect(failure.shrunk.operations).toHaveLength(1);
    expect(failure.decisions).toBeLessThanOrEqual(3);
    const replayed = await runSeed(retryingClient(), { ...replayOptions(failure.replayFile), trace: true });
    expect(replayed).toEqual(failure.shrunk);
  });

  test('what is another run each time is not shrunk, and says why that may be', async () => {
    let kept = 0;
    const scenario = tickingHost({}, () => 10_000 + (kept++ % 7));
    const { text } = (await findFailure(scenario, { seeds: 1 }))!;
    expect(text).toContain('not shrunk: it is another run each time');
    expect(text).toContain('such as a variable of a module');
  });

  test('a failure of liveness shrinks to one of liveness', async () => {
    const scenario = primaryBackup(undefined, { check: () => undefined });
    const failure = (await findFailure(scenario, { seeds: 1_000 }))!;
    expect([failure.found.verdict, failure.shrunk.verdict]).toEqual(['liveness', 'liveness']);
    expect(failure.decisions).toBeLessThanOrEqual(4);
  });

  test('finds nothing where nothing is wrong, in 200 seeds', async () => {
    const scenario = primaryBackup(undefined, { check: () => undefined, progress: () => true });
    expect(await findFailure(scenario, { seeds: 200, strategy: 'mixed' })).toBeUndefined();
  });

  test('most failures shrink to a handful of decisions', async () => {
    const decisions: number[] = [];
    for (let firstSeed = 0; firstSeed < 160; firstSeed += 20) {
      const failure = await findFailure(retryingClient(), { firstSeed, seeds: 20, runTwiceEvery: 0 });
      if (failure !== undefined) decisions.push(failure.decisions);
    }
    expect(decisions.length).toBeGreaterThan(5);
    expect(decisions.sort((one, other) => one - other)[Math.floor(decisions.length / 2)]).toBeLessThanOrEqual(
      3,
    );
    expect(decisions.at(-1)).toBeLessThanOrEqual(15);
  }, 60_000);

  test('keeps within the runs it may make', async () => {
    const failure = (await findFailure(lostWrites, { seeds: 1_000, runsMax: 10 }))!;
    expect(failure.runs).toBeLessThanOrEqual(10);
    expect(failure.shrunk.verdict).toBe('check');
  });

  test.each([['random'], ['swarm'], ['priorities']] as const)('%s finds it', async (strategy) => {
    const failure = (await findFailure(lostWrites, { seeds: 1_000, strategy }))!;
    expect(failure.found.strategy).toBe(strategy);
    expect(failure.decisions).toBeLessThanOrEqual(6);
  });
});
