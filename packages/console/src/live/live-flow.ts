import type { SpanBatch } from '../otlp/span-batch.ts';
import type { ShapeBook } from '../store/shape-book.ts';
import { wideAt, wordAt, wordsOf } from '../store/wire-words.ts';
import { FlowSlices } from './flow-slices.ts';
import { type FlowTotals, nobody } from './flow-totals.ts';
import { SpanIndex } from './span-index.ts';

export interface LiveFlowOptions {
  /** Milliseconds of a slice. */
  readonly step: number;
  /** Milliseconds that are kept. */
  readonly horizon: number;
  /** How many totals may be kept: the horizon comes nearer when there are more. */
  readonly totalsMax: number;
  /** How many spans are remembered for their children, twice. A power of two. */
  readonly spansRemembered: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

const server = 2;
const client = 3;
const producer = 4;
const consumer = 5;

/** More than so many services that answer the calls of one shape need not be told apart. */
const calleesMax = 16;

/** How far ahead a clock may be, in milliseconds: what is further is stored and not counted here. */
const aheadMax = 60_000;

/**
 * Rates, latencies and who calls whom over the last while, kept as spans arrive. A span counts when it began. Most arrive before
 * their parents, since a parent ends later: an entry whose caller is not known yet waits for it.
 */
export class LiveFlow {
  readonly slices: FlowSlices;
  /** Spans that were here before: sent twice. */
  duplicates = 0;
  /** Which services were seen to answer the calls of a shape. */
  readonly callees: Map<number, Set<string>> = new Map();
  readonly #options: LiveFlowOptions;
  readonly #book: ShapeBook;
  readonly #spans: SpanIndex;
  readonly #waiting: SpanIndex;
  readonly #entries: WaitingEntries;

  constructor(book: ShapeBook, options: LiveFlowOptions) {
    this.#book = book;
    this.#options = options;
    this.slices = new FlowSlices(options);
    this.#spans = new SpanIndex(options.spansRemembered);
    this.#waiting = new SpanIndex(options.spansRemembered);
    this.#entries = new WaitingEntries(options.spansRemembered * 2);
  }

  /** Which spans of the batch are known already: 1 for those. Undefined when none is. */
  known(batch: SpanBatch): Uint8Array | undefined {
    let known: Uint8Array | undefined;
    for (let row = 0; row < batch.length; row++) {
      const trace = wordAt(batch.traceIds, row * 16 + 12);
      const high = wordAt(batch.spanIds, row * 8);
      const low = wordAt(batch.spanIds, row * 8 + 4);
      if (this.#spans.find(trace, high, low) < 0) continue;
      known ??= new Uint8Array(batch.length);
      known[row] = 1;
    }
    return known;
  }

  /** Counts the spans of a batch, each with its shape, but those that are known already. */
  add(batch: SpanBatch, shapes: Uint32Array): void {
    const latest = this.#options.now() + aheadMax;
    const starts = wordsOf(batch.starts);
    const durations = wordsOf(batch.durations);
    for (let row = 0; row < batch.length; row++) {
      const trace = wordAt(batch.traceIds, row * 16 + 12);
      const high = wordAt(batch.spanIds, row * 8);
      const low = wordAt(batch.spanIds, row * 8 + 4);
      if (this.#spans.find(trace, high, low) >= 0) {
        this.duplicates++;
        continue;
      }
      const shape = shapes[row]!;
      this.#spans.put(trace, high, low, shape);
      const millis = wideAt(starts, row) / 1e6;
      const slice = millis <= latest ? this.slices.at(millis) : undefined;
      if (slice !== undefined) {
        const micros = wideAt(durations, row) / 1e3;
        const failed = batch.statuses[row] === 2;
        slice.shape(shape).record(micros, failed);
        this.#findCaller(batch, row, trace, shape, slice, { millis, micros, failed });
      }
      this.#waiting.drain(trace, high, low, (entry) => this.#counted(shape, entry));
    }
    this.slices.shrinkTo(this.#options.totalsMax);
  }

  /** Remembers a span of the store for its children, without counting it again. */
  remember(trace: number, high: number, low: number, shape: number): void {
    if (this.#spans.find(trace, high, low) < 0) this.#spans.put(trace, high, low, shape);
  }

  /** An entry of the store whose caller may come yet: what is known was counted by the store. */
  awaitIfUnknown(trace: number, high: number, low: number, shape: number, call: Call): void {
    if (this.#spans.find(trace, high, low) < 0) this.#await(trace, high, low, shape, call);
  }

  /** Takes note of who answers the calls of a shape. */
  answered(caller: number, entry: number): void {
    const { service } = this.#book.shapes[entry]!.resource;
    if (!isCalling(this.#book.shapes[caller]!.kind)) return;
    const known = this.callees.get(caller);
    if (known === undefined) this.callees.set(caller, new Set([service]));
    else if (known.size < calleesMax) known.add(service);
  }

  /** Whether spans of this shape can be where their service is entered. */
  mayEnter(shape: number): boolean {
    return entersBy(this.#book.shapes[shape]!.kind);
  }

  #findCaller(
    batch: SpanBatch,
    row: number,
    trace: number,
    shape: number,
    slice: FlowTotals,
    call: Call,
  ): void {
    const high = wordAt(batch.parentIds, row * 8);
    const low = wordAt(batch.parentIds, row * 8 + 4);
    const kind = batch.kinds[row]!;
    if (high !== 0 || low !== 0) {
      if (entersBy(kind)) this.#await(trace, high, low, shape, call);
      return;
    }
    const links = kind === consumer ? linksOf(batch.linksJson(row)) : [];
    if (links.length === 0) slice.pair(nobody, shape).record(call.micros, call.failed);
    for (const link of links) this.#await(link.trace, link.high, link.low, shape, call);
  }

  /** Counts an entry by its caller, now or when the caller comes. */
  #await(trace: number, high: number, low: number, shape: number, call: Call): void {
    const caller = this.#spans.find(trace, high, low);
    if (caller >= 0) this.#count(caller, shape, call);
    else this.#waiting.put(trace, high, low, this.#entries.keep(shape, call));
  }

  #counted(caller: number, entry: number): void {
    const { shape, ...call } = this.#entries.at(entry);
    this.#count(caller, shape, call);
  }

  #count(caller: number, shape: number, { millis, micros, failed }: Call): void {
    const from = this.#book.shapes[caller]!;
    const to = this.#book.shapes[shape]!;
    if (from.service === to.service && !isCalling(from.kind)) return;
    this.answered(caller, shape);
    this.slices.at(millis)?.pair(caller, shape).record(micros, failed);
  }
}

/** An entry, as it is counted. */
export interface Call {
  readonly millis: number;
  readonly micros: number;
  readonly failed: boolean;
}

function isCalling(kind: number): boolean {
  return kind === client || kind === producer;
}

/** Whether a span of this kind can be where its service is entered: one that does not say its kind may. */
function entersBy(kind: number): boolean {
  return kind === server || kind === consumer || kind === 0;
}

function linksOf(json: string): { trace: number; high: number; low: number }[] {
  if (json === '[]') return [];
  const links = JSON.parse(json) as { traceId: string; spanId: string }[];
  return links.map(({ traceId, spanId }) => ({
    trace: Number.parseInt(traceId.slice(24), 16),
    high: Number.parseInt(spanId.slice(0, 8), 16),
    low: Number.parseInt(spanId.slice(8), 16),
  }));
}

/** Entries that wait for their caller, in a ring: whoever is overwritten has been forgotten by the index before. */
class WaitingEntries {
  readonly #shapes: Uint32Array;
  readonly #millis: Float64Array;
  readonly #micros: Float64Array;
  readonly #failed: Uint8Array;
  #next = 0;

  constructor(size: number) {
    this.#shapes = new Uint32Array(size);
    this.#millis = new Float64Array(size);
    this.#micros = new Float64Array(size);
    this.#failed = new Uint8Array(size);
  }

  keep(shape: number, { millis, micros, failed }: Call): number {
    const place = this.#next;
    this.#next = (place + 1) % this.#shapes.length;
    this.#shapes[place] = shape;
    this.#millis[place] = millis;
    this.#micros[place] = micros;
    this.#failed[place] = failed ? 1 : 0;
    return place;
  }

  at(place: number): Call & { readonly shape: number } {
    return {
      shape: this.#shapes[place]!,
      millis: this.#millis[place]!,
      micros: this.#micros[place]!,
      failed: this.#failed[place] === 1,
    };
  }
}
