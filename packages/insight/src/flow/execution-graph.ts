import type { Drawing } from '../graph/drawing.ts';
import type { Span } from '../model/span.ts';
import { RedTally } from '../statistics/red.ts';
import { namedPeer } from '../trace/calls.ts';
import { selfTimes } from '../trace/self-times.ts';
import type { Trace } from '../trace/trace.ts';
import { MessageLinks } from '../window/message-links.ts';
import { CallOrder, type CallPlace, type TimedCall } from './call-order.ts';
import type { DataAccess } from './data-access.ts';
import { stepRows } from './step-rows.ts';

/** An operation of a service, wherever it is called. */
export interface ExecutionStep {
  readonly service: string;
  readonly operation: string;
  readonly kind: Span['kind'];
  /** Whom it calls, where it is a call that nobody known has answered. */
  readonly peer: string | undefined;
  readonly calls: RedTally;
  /** Times that a trace began with it. */
  entries: number;
  /** Microseconds of its own, of all its spans together. */
  self: number;
}

/** One step leads to another. */
export interface ExecutionLink {
  readonly from: ExecutionStep;
  readonly to: ExecutionStep;
  /** A message is one that the sender does not wait for. */
  readonly kind: 'call' | 'message';
  /** As the caller saw them; of messages, as the receiver did. */
  readonly calls: RedTally;
}

/** A step and the data that its service shares with others. */
export interface DataUse extends DataAccess {
  readonly step: ExecutionStep;
  readonly calls: RedTally;
}

/** Data goes from one service to another, through what both use. */
export interface DataFlow {
  readonly from: string;
  readonly through: string;
  readonly to: string;
  readonly kind: 'database' | 'message';
}

export interface ExecutionGraphOptions {
  /** Further steps, links and uses of data are left out, and counted. Default 5,000 of each. */
  readonly max?: number;
  /**
   * Whether what happens within a service is done by the step that entered it, rather than being steps of its own. Default
   * false.
   */
  readonly folded?: boolean;
}

/** What a graph is about: a service, or one of its operations. */
export interface ExecutionFocus {
  readonly service: string;
  readonly operation?: string;
}

/** What leads to what in a system, in which order, and who produces data for whom, as the traces added to it show. */
export class ExecutionGraph {
  readonly #steps: Map<string, ExecutionStep> = new Map();
  readonly #links: Map<string, ExecutionLink> = new Map();
  readonly #uses: Map<string, DataUse> = new Map();
  readonly #orders: Map<ExecutionStep, CallOrder<ExecutionLink | DataUse>> = new Map();
  readonly #messages: MessageLinks<ExecutionStep> = new MessageLinks();
  readonly #max: number;
  readonly #folded: boolean;
  #omitted = 0;

  constructor({ max = 5_000, folded = false }: ExecutionGraphOptions = {}) {
    this.#max = max;
    this.#folded = folded;
  }

  get steps(): readonly ExecutionStep[] {
    return [...this.#steps.values()];
  }

  get links(): readonly ExecutionLink[] {
    return [...this.#links.values()];
  }

  get uses(): readonly DataUse[] {
    return [...this.#uses.values()];
  }

  /** What is not in the graph, since it is full: of spans, their step, their link or their use of data. */
  get omitted(): number {
    return this.#omitted;
  }

  /** Adds a trace; with a focus, only what leads to spans of that kind and what comes of them. */
  add(trace: Trace, focus?: ExecutionFocus): void {
    const { spans, starts, durations } = trace;
    const { steps, callers, shown, accesses } = stepRows(trace, this.#folded);
    const reach = focus === undefined ? undefined : reachOf(trace, focus);
    const selfs = selfTimes(trace);
    const stepOf: (ExecutionStep | undefined)[] = [];
    const runs = new Map<number, TimedCall<ExecutionLink | DataUse>[]>();
    for (let row = 0; row < spans.length; row++) {
      if (reach?.[row] === outside) continue;
      const span = spans[row]!;
      const [caller, own] = [callers[row]!, steps[row]!];
      if (own === row) stepOf[row] = this.#countStep(span, caller < 0);
      const step = stepOf[own];
      if (step === undefined) continue;
      if (own === row || span.kind === 'internal') step.self += selfs[row]!;

      const access = accesses[row];
      const use = access && this.#countUse(step, access, span);
      const from = own === row ? stepOf[caller] : undefined;
      const seen = shown[row]!;
      const link = from && this.#countLink(from, step, spans[seen]!, span);
      // What was sent is one thing that the sender does, though it both uses a queue and leads to who receives.
      const done = seen !== row && accesses[seen] !== undefined ? undefined : (link ?? use);
      // Of who leads to the focus, only a part of what it does is seen.
      if (done === undefined || caller < 0 || reach?.[caller] === above) continue;
      const start = starts[seen]! - starts[caller]!;
      const run = runs.get(caller) ?? [];
      run.push({ call: done, start, end: start + durations[seen]! });
      runs.set(caller, run);
    }
    for (const [row, run] of runs) this.#orderOf(stepOf[row]!).add(run);
    this.#joinMessages(trace, steps, stepOf);
  }

  /** What a step does, calls and uses of data, each with its place among them. */
  order(step: ExecutionStep): ReadonlyMap<ExecutionLink | DataUse, CallPlace> {
    return this.#orders.get(step)?.places() ?? new Map();
  }

  /** Who writes what others read, and sends what others receive. */
  get flows(): readonly DataFlow[] {
    const flows = new Map<string, DataFlow>();
    const takers: Record<string, DataAccess['access'] | undefined> = { writes: 'reads', sends: 'receives' };
    for (const giver of this.#uses.values()) {
      const taken = takers[giver.access];
      for (const taker of this.#uses.values()) {
        const [from, to] = [giver.step.service, taker.step.service];
        if (taker.access !== taken || taker.resource !== giver.resource || to === from) continue;
        const kind = giver.access === 'sends' ? 'message' : 'database';
        flows.set(`${from}\n${giver.resource}\n${to}`, { from, through: giver.resource, to, kind });
      }
    }
    return [...flows.values()];
  }

  /** The links that `earlier` has and this one does not: paths that are not used any more. */
  unusedSince(earlier: ExecutionGraph): readonly ExecutionLink[] {
    return [...earlier.#links].filter(([key]) => !this.#links.has(key)).map(([, link]) => link);
  }

  drawing(): Drawing {
    const nameOf = ({ service, operation }: ExecutionStep): string => `${service}: ${operation}`;
    return {
      nodes: [...new Set(this.steps.map(nameOf))],
      edges: this.links.map(({ from, to, calls }) => ({
        from: nameOf(from),
        to: nameOf(to),
        count: calls.durations.count,
      })),
    };
  }

  #countStep(span: Span, begins: boolean): ExecutionStep | undefined {
    const { service, operation, kind } = span;
    const step = this.#found(this.#steps, stepKey(span), () => {
      const peer = kind === 'client' || kind === 'producer' ? namedPeer(span) : undefined;
      return { service, operation, kind, peer, calls: new RedTally(), entries: 0, self: 0 };
    });
    if (step === undefined) return undefined;
    step.calls.record(span.duration, span.status === 'error');
    if (begins) step.entries++;
    return step;
  }

  #countLink(from: ExecutionStep, to: ExecutionStep, call: Span, answer: Span): ExecutionLink | undefined {
    const isMessage = call.kind === 'producer' || answer.kind === 'consumer';
    return this.#recordLink(from, to, isMessage ? 'message' : 'call', isMessage ? answer : call);
  }

  #recordLink(
    from: ExecutionStep,
    to: ExecutionStep,
    kind: ExecutionLink['kind'],
    { duration, status }: Span,
  ): ExecutionLink | undefined {
    const key = `${stepKey(from)}\n${stepKey(to)}`;
    const link = this.#found(this.#links, key, () => ({ from, to, kind, calls: new RedTally() }));
    link?.calls.record(duration, status === 'error');
    return link;
  }

  #countUse(step: ExecutionStep, access: DataAccess, { duration, status }: Span): DataUse | undefined {
    const key = `${stepKey(step)}\n${access.access}\n${access.resource}`;
    const use = this.#found(this.#uses, key, () => ({ step, ...access, calls: new RedTally() }));
    use?.calls.record(duration, status === 'error');
    return use;
  }

  /** Consumers whose message was sent in another trace name the span that sent it. */
  #joinMessages(
    { spans, parents }: Trace,
    steps: Int32Array,
    stepOf: readonly (ExecutionStep | undefined)[],
  ): void {
    for (let row = 0; row < spans.length; row++) {
      const span = spans[row]!;
      const step = stepOf[steps[row]!];
      if (step === undefined) continue;
      if (span.kind === 'producer') this.#messages.produced(span.spanId, step, this.#message);
      else if (parents[row]! < 0 && span.links.length > 0) this.#messages.consumed(span, this.#message);
    }
  }

  readonly #message = (from: ExecutionStep, consumer: Span): void => {
    const to = this.#steps.get(stepKey(consumer));
    if (to !== undefined) this.#recordLink(from, to, 'message', consumer);
  };

  #orderOf(step: ExecutionStep): CallOrder<ExecutionLink | DataUse> {
    const order = this.#orders.get(step) ?? new CallOrder();
    this.#orders.set(step, order);
    return order;
  }

  #found<Value>(values: Map<string, Value>, key: string, make: () => Value): Value | undefined {
    let value = values.get(key);
    if (value !== undefined) return value;
    if (values.size >= this.#max) {
      this.#omitted++;
      return undefined;
    }
    value = make();
    values.set(key, value);
    return value;
  }
}

function stepKey({
  service,
  kind,
  operation,
}: Pick<ExecutionStep, 'service' | 'kind' | 'operation'>): string {
  return `${service}\n${kind}\n${operation}`;
}

const outside = 0;
const above = 1;
const within = 2;

/** Of each row whether it leads to a span of the focus, or is one or comes of one, or neither. */
function reachOf({ spans, parents, ends }: Trace, { service, operation }: ExecutionFocus): Uint8Array {
  const reach = new Uint8Array(spans.length);
  for (let row = 0; row < spans.length; row++) {
    const span = spans[row]!;
    if (reach[row] === within || span.service !== service) continue;
    if (operation !== undefined && span.operation !== operation) continue;
    reach.fill(within, row, ends[row]!);
    for (let at = parents[row]!; at >= 0 && reach[at] === outside; at = parents[at]!) reach[at] = above;
  }
  return reach;
}
