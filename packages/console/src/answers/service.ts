import type { InstanceRow, OperationRow, PolicyRow, ServiceDetail, Window } from '../api/console-api.ts';
import { consoleErrors } from '../console-errors.ts';
import type { ConsoleState } from '../console-state.ts';
import { CallTotals } from '../live/call-totals.ts';
import { entryOf } from '../live/flow-totals.ts';
import { bucketFloor } from '../live/latency-buckets.ts';
import type { Resource, ShapeBook } from '../store/shape-book.ts';
import { spanKinds } from '../store/stored-span.ts';
import type { FlowWindow } from '../view/flow-window.ts';
import { goldenSignals } from '../view/golden-signals.ts';
import { curveOf, redOf } from '../view/red.ts';
import { requestsOfService } from '../view/requests-of.ts';
import { isRequest } from '../view/service-flow.ts';
import { readServices } from '../view/service-summaries.ts';
import { mapEdge } from './service-map.ts';

const operationsMax = 200;

/** @throws HoldfastError NOT_FOUND. */
export async function serviceDetail(
  state: ConsoleState,
  service: string,
  asked: Window,
  now: number,
): Promise<ServiceDetail> {
  const { windows, live, store, insights, resources } = state;
  const { book } = store;
  const read = await readServices({ windows, live, book, now }, asked);
  const { window, flow } = read;
  const summary = read.summaries.get(service);
  if (summary === undefined) {
    throw consoleErrors.create('NOT_FOUND', { message: `no service ${service} was heard of in the window` });
  }
  const [saturation, seen, policies] = await Promise.all([
    resources.saturation(window, service),
    insights.read(asked),
    policiesOf(state, service),
  ]);
  return {
    ...asked,
    summary,
    signals: goldenSignals(window, (totals) => requestsOfService(totals, book, service), saturation),
    operations: operationsOf(state, window, service),
    callees: flow.edges.filter(({ from }) => from === service).map((edge) => mapEdge(read, edge)),
    callers: flow.edges.filter(({ to }) => to === service).map((edge) => mapEdge(read, edge)),
    instances: await instancesOf(state, window, service),
    policies,
    breakdown: seen.breakdown(service),
    latencies: latenciesOf(requestsOfService(window.whole, book, service)),
  };
}

function operationsOf({ store }: ConsoleState, window: FlowWindow, service: string): OperationRow[] {
  const { book } = store;
  const rows = new Map<string, { kind: number; name: string; totals: CallTotals; shapes: number[] }>();
  for (const [id, calls] of window.whole.shapes) {
    const { kind, name, resource } = book.shapes[id]!;
    if (resource.service !== service) continue;
    const key = `${kind} ${name}`;
    const row = rows.get(key) ?? { kind, name, totals: new CallTotals(), shapes: [] };
    row.totals.add(calls);
    row.shapes.push(id);
    rows.set(key, row);
  }
  const busiest = [...rows.values()].sort((one, other) => other.totals.sum - one.totals.sum);
  return busiest.slice(0, operationsMax).map(({ kind, name, totals, shapes }) => ({
    operation: name,
    kind: spanKinds[kind]!,
    red: redOf(totals, window.seconds),
    p95: curveOf(window, (step) => {
      const sum = new CallTotals();
      for (const id of shapes) {
        const calls = step.shapes.get(id);
        if (calls !== undefined) sum.add(calls);
      }
      return sum.count === 0 ? null : sum.quantile(0.95) / 1e3;
    }),
  }));
}

async function instancesOf(state: ConsoleState, window: FlowWindow, service: string): Promise<InstanceRow[]> {
  const { store, ingest, admin, resources } = state;
  const totals = requestsByProcess(state, window, service);
  const curves = await resources.rows(window, service);
  const rows: InstanceRow[] = [];
  for (const resource of store.book.resources) {
    if (resource?.service !== service) continue;
    if (!totals.has(resource.id) && !curves.has(resource.id)) continue;
    const attributes = JSON.parse(resource.attributesJson) as Record<string, unknown>;
    const { 'host.name': host, 'process.pid': pid } = attributes;
    const source = admin.ofResource(resource.id);
    rows.push({
      instance: resource.instance,
      version: resource.version || undefined,
      host: typeof host === 'string' ? host : undefined,
      pid: pid === undefined ? undefined : Number(pid),
      lastSeen: ingest.lastSeen.get(resource.id) ?? lastBegun(window, resource, store.book),
      red: redOf(totals.get(resource.id), window.seconds),
      resources: curves.get(resource.id) ?? [],
      admin: source && { source: source.id, sections: source.index!.sections },
    });
  }
  return rows.sort((one, other) => other.lastSeen - one.lastSeen);
}

/** The requests of each process that had spans in the window, by the id of its resource. */
function requestsByProcess(
  { store }: ConsoleState,
  { whole }: FlowWindow,
  service: string,
): Map<number, CallTotals> {
  const totals = new Map<number, CallTotals>();
  const of = (id: number): CallTotals => {
    const { resource } = store.book.shapes[id]!;
    const sum = totals.get(resource.id) ?? new CallTotals();
    if (resource.service === service) totals.set(resource.id, sum);
    return sum;
  };
  for (const [id, calls] of whole.shapes) {
    const sum = of(id);
    if (isRequest(store.book.shapes[id]!)) sum.add(calls);
  }
  for (const [pair, calls] of whole.pairs) {
    const entry = entryOf(pair);
    if (!isRequest(store.book.shapes[entry]!)) of(entry).add(calls);
  }
  return totals;
}

/** The end of the last step in which a span of a process began, where nothing came from it since the console was started. */
function lastBegun({ from, step, steps }: FlowWindow, { id }: Resource, book: ShapeBook): number {
  const last = steps.findLastIndex(({ shapes }) =>
    [...shapes.keys()].some((shape) => book.shapes[shape]!.resource.id === id),
  );
  return from + (last + 1) * step;
}

async function policiesOf({ admin }: ConsoleState, service: string): Promise<PolicyRow[]> {
  const answers = await admin.ask('policies', ({ resource, client }, signal) =>
    resource.service === service ? client.policies(signal) : Promise.resolve([]),
  );
  return answers.flatMap(({ source, answer }) =>
    answer.map((policy) => ({ ...policy, instance: source.resource.instance })),
  );
}

function latenciesOf(calls: Iterable<CallTotals>): ServiceDetail['latencies'] {
  const sum = new CallTotals();
  for (const each of calls) sum.add(each);
  const bounds: number[] = [];
  const counts: number[] = [];
  sum.forEachBucket((bucket, count) => {
    bounds.push(bucketFloor(bucket + 1) / 1e3);
    counts.push(count);
  });
  return { bounds, counts };
}
