import type { InstanceRow, OperationRow, PolicyRow, ServiceDetail, Window } from '../api/console-api.ts';
import { consoleErrors } from '../console-errors.ts';
import type { ConsoleState } from '../console-state.ts';
import { CallTotals } from '../live/call-totals.ts';
import type { FlowTotals } from '../live/flow-totals.ts';
import type { Resource, Shape, ShapeBook } from '../store/shape-book.ts';
import { spanKinds } from '../store/stored-span.ts';
import type { FlowWindow } from '../view/flow-window.ts';
import { goldenSignals } from '../view/golden-signals.ts';
import { latencyHistogram } from '../view/latency-histogram.ts';
import { curveOf, redOf } from '../view/red.ts';
import { requestsOfService } from '../view/requests-of.ts';
import { requestsIn } from '../view/service-flow.ts';
import { readServices, type ServiceWindow } from '../view/service-summaries.ts';
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
  const [saturation, seen, policies, clients] = await Promise.all([
    resources.saturation(window, service),
    insights.read(asked),
    policiesOf(state, service),
    state.clients.look(now, service),
  ]);
  return {
    ...asked,
    summary,
    signals: goldenSignals(window, (totals) => requestsOfService(totals, book, service), saturation),
    operations: operationsOf(state, read, service),
    callees: flow.edges.filter(({ from }) => from === service).map((edge) => mapEdge(read, edge)),
    callers: flow.edges.filter(({ to }) => to === service).map((edge) => mapEdge(read, edge)),
    instances: await instancesOf(state, window, service),
    policies,
    clients,
    breakdown: seen.breakdown(service),
    latencies: latencyHistogram(requestsOfService(window.whole, book, service)),
  };
}

function operationsOf(
  { store }: ConsoleState,
  { window, judge }: ServiceWindow,
  service: string,
): OperationRow[] {
  const byFlow = new Map<FlowTotals, Map<string, OperationTotals>>();
  const totalsOf = (flow: FlowTotals): Map<string, OperationTotals> => {
    const found = byFlow.get(flow) ?? totalsByOperation(flow, store.book, service);
    byFlow.set(flow, found);
    return found;
  };
  const steps = window.steps.map((step) => totalsByOperation(step, store.book, service));
  const rows = [...totalsOf(window.whole)].map(([key, row]) => ({
    key,
    ...row,
  }));
  // Requests first: what else there is happened within them.
  rows.sort((one, other) => Number(other.request) - Number(one.request) || other.totals.sum - one.totals.sum);
  return rows.slice(0, operationsMax).map(({ key, kind, name, request, totals }) => ({
    operation: name,
    kind: spanKinds[kind]!,
    request,
    red: redOf(totals, window.seconds),
    health: judge((flow) => totalsOf(flow).get(key)?.totals).health,
    p95: curveOf({ ...window, steps }, (step) => {
      const calls = step.get(key)?.totals;
      return calls === undefined || calls.count === 0 ? null : calls.quantile(0.95) / 1e3;
    }),
  }));
}

interface OperationTotals extends Pick<Shape, 'kind' | 'name'> {
  readonly request: boolean;
  readonly totals: CallTotals;
}

/** What a service did. What is a request at times, and at others part of one, counts as a request where it is one. */
function totalsByOperation(flow: FlowTotals, book: ShapeBook, service: string): Map<string, OperationTotals> {
  const rows = new Map<string, OperationTotals>();
  const add = ({ kind, name }: Shape, calls: CallTotals, request: boolean): void => {
    const key = `${kind} ${name}`;
    const row = rows.get(key) ?? { kind, name, request, totals: new CallTotals() };
    if (row.request === request) row.totals.add(calls);
    rows.set(key, row);
  };
  for (const [shape, calls] of requestsIn(flow, book)) {
    if (shape.resource.service === service) add(shape, calls, true);
  }
  for (const [id, calls] of flow.shapes) {
    const shape = book.shapes[id]!;
    if (shape.resource.service === service) add(shape, calls, false);
  }
  return rows;
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
  const of = ({ resource }: Shape): CallTotals => {
    const sum = totals.get(resource.id) ?? new CallTotals();
    if (resource.service === service) totals.set(resource.id, sum);
    return sum;
  };
  for (const id of whole.shapes.keys()) of(store.book.shapes[id]!);
  for (const [shape, calls] of requestsIn(whole, store.book)) of(shape).add(calls);
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
