// Goal: a profile names the function that spent what it measures. Method: real ones of this thread, while it works and while
// it waits, with names looked for and no times asserted.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { AdminProfile } from '../admin/admin-api.ts';
import { takeProfile } from './take-profile.ts';

function burnTheProcessor(): void {
  for (const until = performance.now() + 40; performance.now() < until; );
}

function blockTheLoop(): void {
  execFileSync('sleep', ['0.05']);
}

function fillTheHeap(): object[] {
  return Array.from({ length: 20_000 }, (_, index) => ({ index, text: `number ${index}` }));
}

async function during(work: () => unknown, kind: AdminProfile['kind']): Promise<AdminProfile> {
  const working = setInterval(work, 60);
  try {
    return await takeProfile({ kind, duration: 600 });
  } finally {
    clearInterval(working);
  }
}

/** What was spent in functions of that name and what they called, as a share of all. */
function shareOf({ frameTable, frames, parents, samples, weights }: AdminProfile, name: string): number {
  let [within, all] = [0, 0];
  for (const [index, sample] of samples.entries()) {
    all += weights[index]!;
    for (let node = sample; node !== -1; node = parents[node]!) {
      if (frameTable[frames[node]!]!.name !== name) continue;
      within += weights[index]!;
      break;
    }
  }
  return all === 0 ? 0 : within / all;
}

test('a CPU profile names who was busy, and does not count idle time', async () => {
  const profile = await during(burnTheProcessor, 'cpu');
  expect(profile).toMatchObject({ kind: 'cpu', unit: 'microseconds' });
  expect(shareOf(profile, 'burnTheProcessor')).toBeGreaterThan(0.3);
  expect(profile.frameTable.map(({ name }) => name)).not.toContain('(idle)');
  expect(profile.frameTable.find(({ name }) => name === 'burnTheProcessor')).toMatchObject({
    file: expect.stringContaining('take-profile.test'),
    line: expect.any(Number),
  });
});

test('an off-CPU profile names who kept the loop waiting, also by waiting itself', async () => {
  const profile = await during(blockTheLoop, 'off-cpu');
  expect(profile).toMatchObject({ kind: 'off-cpu', unit: 'microseconds' });
  expect(shareOf(profile, 'blockTheLoop')).toBeGreaterThan(0.3);
});

test('a heap profile names who allocated', async () => {
  const profile = await during(fillTheHeap, 'heap');
  expect(profile).toMatchObject({ kind: 'heap', unit: 'bytes' });
  expect(shareOf(profile, 'fillTheHeap')).toBeGreaterThan(0.3);
});

test('each node stands after its parent, and every sample is a node', async () => {
  const { frames, parents, samples, weights, frameTable } = await during(burnTheProcessor, 'cpu');
  expect(frames).toHaveLength(parents.length);
  for (const [node, parent] of parents.entries()) expect(parent).toBeLessThan(node);
  for (const sample of samples) expect(frameTable[frames[sample]!]).toBeDefined();
  expect(weights).toHaveLength(samples.length);
});

test('one is taken at a time, it ends when nobody waits for it, and then the next may begin', async () => {
  const leaving = new AbortController();
  const first = takeProfile({ kind: 'cpu', duration: 60_000 }, leaving.signal);
  await expect(takeProfile({ kind: 'heap' })).rejects.toMatchObject({ code: 'PROFILE_RUNNING' });
  leaving.abort();
  await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
  await takeProfile({ kind: 'cpu', duration: 100 });
});

test('what is no profile is refused', async () => {
  await expect(takeProfile({ kind: 'odd' as 'cpu' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  for (const duration of [99, 60_001, Number.NaN]) {
    await expect(takeProfile({ kind: 'cpu', duration })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
});
