import { describe, expect, test } from 'vitest';
import { primaryBackup } from '../../test/primary-backup.ts';
import { tickingHost } from '../../test/ticking-host.ts';
import { campaign } from './campaign.ts';

describe('campaign', () => {
  test('runs kept seeds first, then one after the other, and the same ones every time', async () => {
    const seen: (string | number)[] = [];
    const run = () =>
      campaign(tickingHost(), {
        seeds: 30,
        firstSeed: 100,
        keptSeeds: [{ seed: 4711, why: 'the clock once stood still' }],
        onProgress: ({ latest }) => seen.push(latest.seed),
      });
    const { tookMillis: _first, ...first } = await run();
    expect(seen).toEqual([4711, ...Array.from({ length: 30 }, (_, index) => 100 + index)]);
    const { tookMillis: _second, ...second } = await run();
    expect(second).toEqual(first);
    expect(first).toMatchObject({ runs: 31, runsRepeated: 2, failures: [], stopped: 'seeds' });
    expect(first.time).toBe(31 * 2_000_000);
  });

  test('stops at the first failure, or after more', async () => {
    const first = await campaign(primaryBackup(), { seeds: 1_000 });
    expect([first.stopped, first.failures.length]).toEqual(['failures', 1]);
    const more = await campaign(primaryBackup(), { seeds: 1_000, failuresMax: 5 });
    expect([more.stopped, more.failures.length]).toEqual(['failures', 5]);
    expect(more.failures[0]).toEqual(first.failures[0]);
  });

  test('notices a scenario that remembers other runs', async () => {
    let kept = 0;
    const scenario = tickingHost({}, () => 10_000 + (kept++ % 7));
    const { failures } = await campaign(scenario, { seeds: 5 });
    expect(failures[0]?.verdict).toBe('nondeterminism');
  });

  test('ends when its time is up, or its signal says so, between two runs', async () => {
    const timed = await campaign(tickingHost(), { minutes: 0.000_001 });
    expect(timed.stopped).toBe('minutes');
    const controller = new AbortController();
    const aborted = await campaign(tickingHost(), {
      seeds: 1_000,
      signal: controller.signal,
      onProgress: ({ runs }) => {
        if (runs === 3) controller.abort();
      },
    });
    expect([aborted.stopped, aborted.runs]).toEqual(['signal', 3]);
  });

  test('mixed strategies take turns', async () => {
    const seen: string[] = [];
    await campaign(tickingHost(), {
      seeds: 4,
      strategy: 'mixed',
      onProgress: ({ latest }) => seen.push(latest.strategy),
    });
    expect(seen).toEqual(['swarm', 'priorities', 'random', 'swarm']);
  });

  test('says which option cannot work', async () => {
    await expect(campaign(tickingHost(), { seeds: -1 })).rejects.toThrow('seeds is -1');
    await expect(campaign(tickingHost(), { failuresMax: 0 })).rejects.toThrow('failuresMax is 0');
    await expect(campaign(tickingHost(), { minutes: 0 })).rejects.toThrow('minutes is 0');
  });
});
