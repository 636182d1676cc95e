/**
 * How often is the injected service named first, and among the first three, on the Nezha data set (TrainTicket)?
 *
 *     npx tsx --conditions @holdfast/source packages/insight/test/campaign/nezha.ts <folder with rca_data and construct_data>
 *
 * Per fault, the two minutes after its injection are compared with the fault-free minute and, in the second table, with the 15
 * minutes recorded last before the fault as well, which other faults were in. Whoever may be to blame is named, sure or not.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCulprits } from '../../src/culprits/find-culprits.ts';
import type { Span } from '../../src/model/span.ts';
import { SpanList } from '../span-list.ts';
import { readNezhaSpans, serviceOf, traceFiles } from './nezha-spans.ts';

interface Fault {
  readonly inject_time: string;
  readonly inject_pod: string;
  readonly inject_type: string;
}

const [folder = '/tmp/insight'] = process.argv.slice(2);
const day = '2023-01-29';
const faultList = JSON.parse(readFileSync(join(folder, `rca_data/${day}/${day}-fault_list.json`), 'utf8'));
const faults = Object.values(faultList as Record<string, Fault[]>).flat();
const minutes = new Map(
  [...traceFiles(join(folder, `rca_data/${day}/trace`))].map(([minute, path]) => [
    minute,
    readNezhaSpans(path),
  ]),
);
const calm = readNezhaSpans(join(folder, `construct_data/${day}/trace/08_50_trace.csv`));

for (const history of [false, true]) {
  console.log(
    history
      ? '\nbaseline: the fault-free minute, and the 15 recorded last'
      : 'baseline: the fault-free minute',
  );
  const ranks: { type: string; rank: number }[] = [];
  for (const fault of faults) {
    const minute = fault.inject_time.slice(11, 16).replace(':', '_');
    const current = [...windowOf(minute)];
    const earlier = history
      ? [...minutes]
          .filter(([at]) => at < minute)
          .slice(-15)
          .flatMap(([, spans]) => spans)
      : [];
    const culprits = await compare([...calm, ...earlier], current);
    const injected = serviceOf(fault.inject_pod);
    const rank = culprits.findIndex(({ service }) => service === injected) + 1;
    ranks.push({ type: fault.inject_type, rank });
    const named = culprits
      .slice(0, 4)
      .map(({ service, kind, share }) => `${service} ${kind} ${share.toFixed(2)}`);
    console.log(minute, fault.inject_type, injected, rank || '-', '|', named.join(', '));
  }
  for (const type of [...new Set(ranks.map(({ type }) => type)), 'all']) {
    const of = ranks.filter((one) => type === 'all' || one.type === type);
    const within = (most: number): number => of.filter(({ rank }) => rank > 0 && rank <= most).length;
    console.log(`${type}: ${of.length} faults, first ${within(1)}, first three ${within(3)}`);
  }
}

function* windowOf(minute: string): Iterable<Span> {
  const [hour, at] = minute.split('_').map(Number) as [number, number];
  for (const later of [1, 2]) {
    const name = `${String(hour).padStart(2, '0')}_${String(at + later).padStart(2, '0')}`;
    yield* minutes.get(name) ?? [];
  }
}

/** The two windows are told apart by their place in a source, since minutes of a baseline lie wherever they were recorded. */
async function compare(before: readonly Span[], now: readonly Span[]): ReturnType<typeof findCulprits> {
  const windows = [new SpanList(before), new SpanList(now)];
  const everything = { from: 0, to: Number.MAX_SAFE_INTEGER, tracesMax: 100_000 };
  return findCulprits(
    {
      traces: ({ from }) => windows[from]!.traces(everything),
      trace: async () => [],
    },
    { baseline: { from: 0, to: 60_000 }, current: { from: 1, to: 60_001 }, unsure: true },
  );
}
