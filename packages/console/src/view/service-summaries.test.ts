// Goal: who failed until a moment ago is not said to fail now, and who still fails is. Method: a store that heard three services for five
// minutes, and how they are at noon.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchOf, type SpanWords } from '../../test/span-batches.ts';
import { Ingest } from '../ingest.ts';
import { LiveFlow } from '../live/live-flow.ts';
import { TelemetryStore } from '../store/telemetry-store.ts';
import { findingsOf } from './findings.ts';
import { FlowWindows } from './flow-window.ts';
import { readServices, type ServiceWindow } from './service-summaries.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const now = (): number => noon;
const troubled = (error: unknown): void => {
  throw error;
};

let dir: string;
let store: TelemetryStore;
let live: LiveFlow;
let windows: FlowWindows;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-summaries-'));
  store = await TelemetryStore.open({
    ...{ dir, storedBytesMax: 2 ** 30, ageMax: 86_400_000, waitingBytesMax: 2 ** 24, memoryMax: 2 ** 28 },
    ...{ now, troubled },
  });
  const [step, horizon] = [10_000, 3_600_000];
  live = new LiveFlow(store.book, { step, horizon, totalsMax: 10_000, spansRemembered: 2 ** 13, now });
  windows = new FlowWindows(store, live, now);
  const spans: SpanWords[] = [];
  for (let ago = 300_000; ago > 0; ago -= 250) {
    const of = { trace: `${ago}`, start: noon - ago, name: 'GET /' } as const;
    const failing = (from: number, until: number) =>
      ({ status: ago <= from && ago > until ? 'error' : 'unset' }) as const;
    spans.push(
      { ...of, id: '1', service: 'gateway' },
      { ...of, id: '2', parent: '1', service: 'gateway', kind: 'client', ...failing(40_000, 8_000) },
      { ...of, id: '3', parent: '2', service: 'recovered', ...failing(40_000, 8_000) },
      { ...of, id: '4', parent: '1', service: 'gateway', kind: 'client', ...failing(40_000, 0) },
      { ...of, id: '5', parent: '4', service: 'failing', ...failing(40_000, 0) },
    );
  }
  await new Ingest(store, live, now).addSpans(batchOf(spans));
});

afterAll(async () => {
  await store.close();
  await rm(dir, { recursive: true });
});

test.each([60_000, 300_000, 900_000])(
  'who fails no more has recovered, and who still fails is failing, in the last %i ms',
  async (length) => {
    const asked = { from: noon - length, to: noon };
    const read = await readServices({ windows, live, book: store.book, now: noon }, asked);
    expect(read.summaries.get('recovered')).toMatchObject({
      health: 'degraded',
      recovered: true,
      reason: expect.stringMatching(/% of requests failed, 0% at the end$/),
    });
    expect(read.summaries.get('failing')).toMatchObject({ health: 'failing', recovered: false });
    expect(healthOfCalls(read, 'recovered')).toBe('degraded');
    expect(healthOfCalls(read, 'failing')).toBe('failing');
    expect(findingsOf(read, asked).map(({ severity, service }) => [severity, service])).toEqual([
      ['alarm', 'failing'],
      ['note', 'recovered'],
    ]);
  },
);

test('a window of the past is judged as it was', async () => {
  const asked = { from: noon - 100_000, to: noon - 20_000 };
  const read = await readServices({ windows, live, book: store.book, now: noon + 60_000 }, asked);
  expect(read.summaries.get('recovered')).toMatchObject({ health: 'failing', recovered: false });
});

function healthOfCalls(read: ServiceWindow, to: string): string {
  return read.healthOf(read.flow.edges.find((edge) => edge.to === to)!);
}
