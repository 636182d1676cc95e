import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Ingest } from '../../../../packages/console/dist/ingest.js';
import { LiveFlow } from '../../../../packages/console/dist/live/live-flow.js';
import { decodeSpans } from '../../../../packages/console/dist/otlp/decode/decode-spans.js';
import { TelemetryStore } from '../../../../packages/console/dist/store/telemetry-store.js';
import { FlowWindows } from '../../../../packages/console/dist/view/flow-window.js';
import { serviceFlow } from '../../../../packages/console/dist/view/service-flow.js';
import type { LoadRound, Workload } from '../../../harness/area.ts';
import { folderOnDisk } from '../../../harness/folder-on-disk.ts';
import { measured } from '../../../harness/workload.ts';
import { spanRequests } from './span-requests.ts';

/** A store of a million spans, and the live views of them. */
export interface Stored {
  readonly store: TelemetryStore;
  readonly live: LiveFlow;
  readonly folder: string;
  readonly spans: number;
  /** Milliseconds since the Unix epoch; all of them began before. */
  readonly end: number;
}

const rounds = 15;

export async function storedSpans(scale: number): Promise<Stored> {
  const folder = mkdtempSync(join(folderOnDisk(), 'bench-store-'));
  const spans = Math.round(1e6 * scale);
  const end = Date.now();
  const store = await openStore(folder);
  const live = new LiveFlow(store.book, {
    step: 10_000,
    horizon: 3_600_000,
    totalsMax: 300_000,
    spansRemembered: 2 ** 18,
    now: Date.now,
  });
  const ingest = new Ingest(store, live, Date.now);
  let taken: Promise<void>[] = [];
  for (const request of spanRequests(spans, end)) {
    taken.push(ingest.addSpans(decodeSpans(request).batch));
    if (taken.length < 16) continue;
    await Promise.all(taken);
    taken = [];
  }
  await Promise.all(taken);
  return { store, live, folder, spans, end };
}

function openStore(dir: string): Promise<TelemetryStore> {
  return TelemetryStore.open({
    dir,
    storedBytesMax: 2 ** 34,
    ageMax: 7 * 86_400_000,
    waitingBytesMax: 2 ** 26,
    memoryMax: 2 ** 29,
    now: Date.now,
    troubled: (error) => console.error(error),
  });
}

/** The median of some rounds, in milliseconds, of what is asked of a store of a million spans. */
export function asked(
  question: (stored: Stored, round: number) => unknown,
): (scale: number) => Promise<Workload> {
  return async (scale) => {
    const stored = await storedSpans(scale);
    await stored.store.settle();
    return {
      ...measured(async () => {
        const times: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const began = performance.now();
          await question(stored, round);
          times.push(performance.now() - began);
        }
        return times.sort((one, other) => one - other)[rounds >> 1]!;
      }),
      stop: () => dispose(stored),
    };
  };
}

async function dispose({ store, folder }: Stored): Promise<void> {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Every window another, so that none is remembered. */
const whole = ({ end, spans }: Stored, round: number) => ({
  from: end - spans / 10 - 60_000 - round,
  to: end + 60_000,
});

export const traceById: (scale: number) => Promise<Workload> = asked(async (stored, round) => {
  const [found] = await someTrace(stored, round);
  const spans = await stored.store.trace(found!);
  if (spans.length !== 10) throw new Error(`a trace has ${spans.length} spans`);
});

const ids: string[] = [];

async function someTrace(stored: Stored, round: number): Promise<string[]> {
  if (ids.length === 0) {
    const found = await stored.store.search({ ...whole(stored, 0), limit: 500 });
    ids.push(...found.map(({ traceId }) => traceId));
  }
  return [ids[(round * 37) % ids.length]!];
}

export const redWindow: (scale: number) => Promise<Workload> = asked(async (stored, round) => {
  const steps = await stored.store.operations({ ...whole(stored, round), step: 3_600_000 });
  for (const { shapes } of steps.values()) for (const totals of shapes.values()) totals.quantile(0.99);
});

export const edgesWindow: (scale: number) => Promise<Workload> = asked(async (stored, round) => {
  await stored.store.calls({ ...whole(stored, round), step: 3_600_000 });
});

export const redLive: (scale: number) => Promise<Workload> = asked(async (stored) => {
  const windows = new FlowWindows(stored.store, stored.live, Date.now);
  const { whole: totals } = await windows.read({ from: stored.end - 900_000, to: stored.end });
  for (const calls of totals.shapes.values()) calls.quantile(0.99);
});

export const edgesLive: (scale: number) => Promise<Workload> = asked(async (stored) => {
  const windows = new FlowWindows(stored.store, stored.live, Date.now);
  const { whole: totals } = await windows.read({ from: stored.end - 900_000, to: stored.end });
  const { edges } = serviceFlow(totals, stored.store.book, stored.live.callees);
  if (edges.length < 4) throw new Error(`there are ${edges.length} edges`);
});

/** Bytes of each span once it is where it stays. Beside it the file, which holds room that is free for use again. */
export async function bytesPerSpan(scale: number): Promise<Workload> {
  const { store, folder, spans } = await storedSpans(scale);
  await store.settle();
  const { bytes } = await store.extent();
  await store.close();
  const file = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  return {
    run: (): LoadRound => ({ value: bytes / spans, beside: { 'MB of file': file / 1e6 } }),
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
