// Goal: live views say the same before and after a restart, and the same as a look into the store. Method: random traces whose
// spans come in any order, some twice, some too late for the first life; the three are compared by their totals.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { batchOf, type SpanWords } from '../../test/span-batches.ts';
import { TelemetryStore } from '../store/telemetry-store.ts';
import type { CallTotals } from './call-totals.ts';
import type { FlowTotals } from './flow-totals.ts';
import { LiveFlow } from './live-flow.ts';
import { restoreLive } from './restore-live.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const horizon = 600_000;
const spansRemembered = 1_024;

let dir: string;
let store: TelemetryStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-restore-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

function open(): Promise<TelemetryStore> {
  return TelemetryStore.open({
    dir,
    storedBytesMax: 2 ** 30,
    ageMax: 86_400_000,
    waitingBytesMax: 2 ** 20,
    memoryMax: 2 ** 28,
    now: () => noon,
    troubled: (error) => {
      throw error;
    },
  });
}

function liveOf({ book }: TelemetryStore): LiveFlow {
  return new LiveFlow(book, { step: 10_000, horizon, totalsMax: 100_000, spansRemembered, now: () => noon });
}

async function add(live: LiveFlow, spans: readonly SpanWords[]): Promise<void> {
  const batch = batchOf(spans);
  const shapes = store.book.shapesOf(batch);
  await store.addSpans(batch, shapes, live.known(batch));
  live.add(batch, shapes);
}

/** What can be compared of totals by step: sums as they come of whole milliseconds. */
function told(steps: Iterable<readonly [number, FlowTotals]>): unknown {
  const view = (totals: Map<number, CallTotals>) =>
    Array.from(totals, ([key, calls]) => {
      const buckets: [number, number][] = [];
      calls.forEachBucket((bucket, count) => buckets.push([bucket, count]));
      return {
        key,
        count: calls.count,
        errors: calls.errors,
        sum: Math.round(calls.sum),
        max: calls.max,
        buckets,
      };
    }).sort((one, other) => one.key - other.key);
  return Array.from(steps, ([at, { shapes, pairs }]) => ({ at, shapes: view(shapes), pairs: view(pairs) }))
    .filter(({ shapes }) => shapes.length > 0)
    .sort((one, other) => one.at - other.at);
}

const whole = { from: noon - horizon + 10_000, to: noon + 10_000 };
const ofMemory = (live: LiveFlow) => told(live.slices.within(whole.from, whole.to));
const ofStore = async () => {
  const steps = await store.flow({ ...whole, step: 10_000 });
  return told(Array.from(steps, ([step, totals]) => [whole.from + step * 10_000, totals] as const));
};

const span = fc.record({
  service: fc.constantFrom('front', 'stock', 'bank'),
  kind: fc.constantFrom('server', 'client', 'internal', 'unspecified', 'consumer', 'producer'),
  name: fc.constantFrom('one', 'two'),
  status: fc.constantFrom('unset', 'error'),
  start: fc.integer({ min: noon - 100_000, max: noon }),
  duration: fc.integer({ min: 0, max: 5_000 }),
  parent: fc.nat(),
});

/** A trace as a tree: each span's parent is one of those before it. */
const trace = fc.array(span, { minLength: 1, maxLength: 8 }).map((words) =>
  words.map(
    ({ parent, ...rest }, index): SpanWords => ({
      ...(rest as Omit<SpanWords, 'id'>),
      id: `${index + 1}`,
      ...(index > 0 && { parent: `${(parent % index) + 1}` }),
    }),
  ),
);

const spans = fc
  .array(trace, { minLength: 1, maxLength: 6 })
  .map((traces) =>
    traces.flatMap((words, index) => words.map((each) => ({ ...each, trace: `${index + 1}` }))),
  )
  .chain((all) =>
    fc.record({ all: fc.shuffledSubarray(all, { minLength: all.length }), cut: fc.nat({ max: all.length }) }),
  );

test('memory, store and a second life agree', async () => {
  await fc.assert(
    fc.asyncProperty(spans, async ({ all, cut }) => {
      await rm(dir, { recursive: true, force: true });
      store = await open();
      const first = liveOf(store);
      if (cut > 0) await add(first, all.slice(0, cut));
      expect(ofMemory(first)).toEqual(await ofStore());
      await store.close();

      store = await open();
      const second = liveOf(store);
      await store.readers.read((connection) =>
        restoreLive(second, connection, { now: noon, horizon, spansMax: spansRemembered }),
      );
      expect(ofMemory(second)).toEqual(ofMemory(first));
      // Callers that come only now, and spans that come again.
      await add(second, all);
      expect(ofMemory(second)).toEqual(await ofStore());
      await store.close();
    }),
    { numRuns: 12 },
  );
}, 120_000);
