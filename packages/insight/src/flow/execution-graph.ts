import type { Drawing } from '../graph/drawing.ts';
import type { Span } from '../model/span.ts';
import { selfTimes } from '../trace/self-times.ts';
import type { Trace } from '../trace/trace.ts';
import { type DataAccess, dataAccess } from './data-access.ts';

/** An operation of a service, wherever it is called. */
export interface ExecutionStep {
  readonly service: string;
  readonly operation: string;
  readonly kind: Span['kind'];
  count: number;
  errors: number;
  /** Microseconds of its own, of all its spans together. */
  self: number;
}

/** One step leads to another. */
export interface ExecutionLink {
  readonly from: ExecutionStep;
  readonly to: ExecutionStep;
  /** A message is one that the sender does not wait for. */
  readonly kind: 'call' | 'message';
  count: number;
}

/** A service and the data that it shares. */
export interface DataUse extends DataAccess {
  readonly service: string;
  count: number;
}

/** Data goes from one service to another, through what both use. */
export interface DataFlow {
  readonly from: string;
  readonly through: string;
  readonly to: string;
  readonly kind: 'database' | 'message';
}

export interface ExecutionGraphLimits {
  /** Further steps, and uses of data, are left out and counted. Default 5,000. */
  readonly stepsMax?: number;
}

/** What leads to what in a system, and who produces data for whom, as the traces added to it show. */
export class ExecutionGraph {
  readonly #steps: Map<string, ExecutionStep> = new Map();
  readonly #links: Map<string, ExecutionLink> = new Map();
  readonly #uses: Map<string, DataUse> = new Map();
  readonly #stepsMax: number;
  #omitted = 0;

  constructor({ stepsMax = 5_000 }: ExecutionGraphLimits = {}) {
    this.#stepsMax = stepsMax;
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

  /** Spans whose step is not in the graph, since it is full. */
  get omitted(): number {
    return this.#omitted;
  }

  add(trace: Trace): void {
    const selfs = selfTimes(trace);
    const steps = trace.spans.map((span, row) => this.#count(span, selfs[row]!));
    for (let row = 0; row < steps.length; row++) {
      const [from, to] = [steps[trace.parents[row]!], steps[row]];
      if (from !== undefined && to !== undefined) this.#link(from, to);
    }
  }

  /** Who writes what others read, and sends what others receive. */
  get flows(): readonly DataFlow[] {
    const flows: DataFlow[] = [];
    const takers: Record<string, DataAccess['access'] | undefined> = { writes: 'reads', sends: 'receives' };
    for (const giver of this.#uses.values()) {
      const taken = takers[giver.access];
      for (const taker of this.#uses.values()) {
        if (taker.access !== taken || taker.resource !== giver.resource || taker.service === giver.service)
          continue;
        const kind = giver.access === 'sends' ? 'message' : 'database';
        flows.push({ from: giver.service, through: giver.resource, to: taker.service, kind });
      }
    }
    return flows;
  }

  /** The links that `earlier` has and this one does not: paths that are not used any more. */
  unusedSince(earlier: ExecutionGraph): readonly ExecutionLink[] {
    return [...earlier.#links].filter(([key]) => !this.#links.has(key)).map(([, link]) => link);
  }

  drawing(): Drawing {
    const nameOf = ({ service, operation }: ExecutionStep): string => `${service}: ${operation}`;
    return {
      nodes: [...new Set(this.steps.map(nameOf))],
      edges: this.links.map(({ from, to, count }) => ({ from: nameOf(from), to: nameOf(to), count })),
    };
  }

  #count(span: Span, self: number): ExecutionStep | undefined {
    const { service, operation, kind } = span;
    const key = `${service}\n${kind}\n${operation}`;
    let step = this.#steps.get(key);
    if (step === undefined) {
      if (this.#steps.size >= this.#stepsMax) {
        this.#omitted++;
        return undefined;
      }
      step = { service, operation, kind, count: 0, errors: 0, self: 0 };
      this.#steps.set(key, step);
    }
    step.count++;
    if (span.status === 'error') step.errors++;
    step.self += self;
    this.#use(span);
    return step;
  }

  #link(from: ExecutionStep, to: ExecutionStep): void {
    const key = [from.service, from.kind, from.operation, to.service, to.kind, to.operation].join('\n');
    let link = this.#links.get(key);
    if (link === undefined) {
      const kind = from.kind === 'producer' || to.kind === 'consumer' ? 'message' : 'call';
      link = { from, to, kind, count: 0 };
      this.#links.set(key, link);
    }
    link.count++;
  }

  #use(span: Span): void {
    const found = dataAccess(span);
    if (found === undefined) return;
    const key = `${span.service}\n${found.access}\n${found.resource}`;
    const known = this.#uses.get(key);
    if (known !== undefined) known.count++;
    else if (this.#uses.size < this.#stepsMax)
      this.#uses.set(key, { service: span.service, ...found, count: 1 });
  }
}
