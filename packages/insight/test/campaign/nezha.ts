/**
 * How often is the injected service named first, and among the first three, on the Nezha data set (TrainTicket)?
 *
 *     npx tsx --conditions @holdfast/source packages/insight/test/campaign/nezha.ts <folder with rca_data and construct_data>
 *
 * Per fault, the two minutes after its injection are compared with the fault-free minute and, where `history` stands above a table,
 * with the 15 minutes recorded last before the fault as well, which other faults were in. With `metrics`, CPU and memory of the pods
 * are told too, of the quarter of an hour before. Whoever may be to blame is named, sure or not. Faults at odd places of the
 * list were looked at while the rules were made; those at even places were held out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCulprits } from '../../src/culprits/find-culprits.ts';
import type { ResourceReadings } from '../../src/model/resource-source.ts';
import type { Span } from '../../src/model/span.ts';
import { SpanList } from '../span-list.ts';
import { NezhaMetrics } from './nezha-metrics.ts';
import { readNezhaSpans, serviceOf, traceFiles } from './nezha-spans.ts';

interface Fault {
  readonly inject_time: string;
  readonly inject_pod: string;
  readonly inject_type: string;
}

/** What is known of a stretch of time. */
interface Recording {
  readonly spans: readonly Span[];
  readonly resources: readonly ResourceReadings[];
}

const [folder = '/tmp/insight', half = 'all'] = process.argv.slice(2);
const day = '2023-01-29';
const data = join(folder, `rca_data/${day}`);
const faultList = JSON.parse(readFileSync(join(data, `${day}-fault_list.json`), 'utf8'));
const faults = Object.values(faultList as Record<string, Fault[]>)
  .flat()
  .sort((one, other) => (one.inject_time < other.inject_time ? -1 : 1));
const minutes = new Map(
  [...traceFiles(join(data, 'trace'))].map(([minute, path]) => [minute, readNezhaSpans(path)]),
);
const calm = readNezhaSpans(join(folder, `construct_data/${day}/trace/08_50_trace.csv`));
const metrics = new NezhaMetrics(join(data, 'metric'));

await tell('the fault-free minute', { history: false, metrics: false });
await tell('the fault-free minute, history', { history: true, metrics: false });
await tell('the fault-free minute, history, metrics', { history: true, metrics: true });
await tell('the same, but only who stands out beyond chance', { history: true, metrics: true, sure: true });

async function tell(
  title: string,
  known: { history: boolean; metrics: boolean; sure?: boolean },
): Promise<void> {
  console.log(`\nbaseline: ${title}`);
  const ranks: { half: string; type: string; rank: number; named: number }[] = [];
  for (const [index, { inject_time, inject_pod, inject_type }] of faults.entries()) {
    const side = index % 2 === 0 ? 'tuning' : 'held out';
    if (half !== 'all' && half !== side) continue;
    const minute = inject_time.slice(11, 16).replace(':', '_');
    const earlier = known.history ? [...minutes].filter(([at]) => at < minute).slice(-15) : [];
    const culprits = await compare(
      {
        spans: [...calm, ...earlier.flatMap(([, spans]) => spans)],
        resources: known.metrics ? metrics.readings(later(minute, -15), later(minute, 1)) : [],
      },
      {
        spans: [1, 2].flatMap((after) => minutes.get(later(minute, after)) ?? []),
        resources: known.metrics ? metrics.readings(later(minute, 1), later(minute, 3)) : [],
      },
      known.sure !== true,
    );
    const injected = serviceOf(inject_pod);
    const rank = culprits.findIndex(({ service }) => service === injected) + 1;
    ranks.push({ half: side, type: inject_type, rank, named: culprits.length });
    const named = culprits
      .slice(0, 4)
      .map(({ service, kind, share }) => `${service} ${kind} ${share.toFixed(2)}`);
    console.log(minute, side, inject_type, injected, rank || '-', '|', named.join(', '));
  }
  for (const side of ['tuning', 'held out', 'both']) {
    for (const type of [...new Set(ranks.map(({ type }) => type)), 'all']) {
      const of = ranks.filter(
        (one) => (type === 'all' || one.type === type) && (side === 'both' || one.half === side),
      );
      const within = (most: number): number => of.filter(({ rank }) => rank > 0 && rank <= most).length;
      const named = of.filter((one) => one.named > 0).length;
      if (of.length === 0) continue;
      const found = `first ${within(1)}, first three ${within(3)}`;
      console.log(`${side}, ${type}: ${of.length} faults, somebody named in ${named}, ${found}`);
    }
  }
}

/** The minute, `08_43`, that is so many after another. */
function later(minute: string, by: number): string {
  const [hour, at] = minute.split('_').map(Number) as [number, number];
  const whole = hour * 60 + at + by;
  return [Math.floor(whole / 60), whole % 60].map((each) => String(each).padStart(2, '0')).join('_');
}

/** The two windows are told apart by their place in a source, since minutes of a baseline lie wherever they were recorded. */
async function compare(before: Recording, now: Recording, unsure: boolean): ReturnType<typeof findCulprits> {
  const recordings = [before, now];
  const windows = recordings.map(({ spans }) => new SpanList(spans));
  const everything = { from: 0, to: Number.MAX_SAFE_INTEGER, tracesMax: 100_000 };
  return findCulprits(
    {
      traces: ({ from }) => windows[from]!.traces(everything),
      trace: async () => [],
    },
    {
      baseline: { from: 0, to: 60_000 },
      current: { from: 1, to: 60_001 },
      unsure,
      resources: { resources: async ({ from }) => recordings[from]!.resources },
    },
  );
}
