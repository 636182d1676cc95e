// Goal: whoever looks again and again hears of nobody while all is well, and of who is in trouble as long as that lasts. Method: drawn
// systems in virtual time, and a look each second at the spans that have ended by then.
import { expect, test } from 'vitest';
import { runLittleSystem, type Trouble } from '../../test/little-system.ts';
import { randomPlan, randomTrouble } from '../../test/random-plan.ts';
import { seeded } from '../../test/seeded.ts';
import { SpanList } from '../../test/span-list.ts';
import type { Span } from '../model/span.ts';
import type { TraceQuery } from '../model/span-source.ts';
import { CulpritWatch, type Sighting, type WatchedSource } from './culprit-watch.ts';

const epoch = 1_700_000_000_000;
const options = { currentMin: 4_000, currentMax: 60_000, tracesWanted: 200 };

class Heard extends SpanList implements WatchedSource {
  async *tracesFailing({ from, to, ...query }: TraceQuery): AsyncIterable<readonly Span[]> {
    const failed = ({ status, start }: Span): boolean =>
      status === 'error' && start >= from * 1_000 && start < to * 1_000;
    for await (const spans of this.traces({ ...query, from: 0, to: from }))
      if (spans.some(failed)) yield spans;
  }
}

/** Who is named first in each of the looks, by the second. */
async function looks(spans: readonly Span[], seconds: number): Promise<(string | undefined)[]> {
  const watch = new CulpritWatch(options);
  const named: (string | undefined)[] = [];
  for (let second = 1; second <= seconds; second++) {
    const now = epoch + second * 1_000;
    const known = spans.filter(({ start, duration }) => (start + duration) / 1_000 <= now);
    const [culprit] = await watch.look(new Heard(known), sightingOf(known, now));
    named.push(culprit?.service);
  }
  return named;
}

function sightingOf(spans: readonly Span[], now: number): Sighting {
  const traces = new Set(spans.map(({ traceId }) => traceId)).size;
  const heard = Math.min(...spans.map(({ start }) => start)) / 1_000;
  const rate = traces / Math.max(1, (now - heard) / 1_000);
  return { now, heard, rate, spansOfTrace: spans.length / Math.max(1, traces) };
}

test.each([1, 2, 6])('nobody is named while all is well (system %i)', async (seed) => {
  const random = seeded(seed);
  const spans = await runLittleSystem(randomPlan(random), [], 25_000, random);
  expect(new Set(await looks(spans, 25))).toEqual(new Set([undefined]));
});

test.each(['slow', 'broken', 'killed'] as const)(
  'who is %s is named as long as that lasts, though it comes to be usual',
  async (kind) => {
    const random = seeded(11);
    const plan = randomPlan(random);
    const trouble: Trouble = randomTrouble(plan, kind, 20_000, 35_000, random);
    const named = await looks(await runLittleSystem(plan, [trouble], 35_000, random), 35);
    expect(new Set(named.slice(0, 20))).toEqual(new Set([undefined]));
    expect(new Set(named.slice(24))).toEqual(new Set([trouble.service]));
  },
);

test('a watch over no time, or for no traces, is refused', () => {
  for (const wrong of [{ currentMin: 0 }, { currentMax: 3_999 }, { tracesWanted: 0 }])
    expect(() => new CulpritWatch({ ...options, ...wrong })).toThrow(Object.keys(wrong)[0]!);
});
