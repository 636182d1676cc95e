import { invalidArgument } from '@holdfast/core';
import type { Culprit } from '../culprits/culprit.ts';
import { findCulprits } from '../culprits/find-culprits.ts';
import type { ResourceSource } from '../model/resource-source.ts';
import type { Span } from '../model/span.ts';
import type { SpanSource, TimeWindow, TraceQuery } from '../model/span-source.ts';
import { SoundStretch } from './sound-stretch.ts';

/** How much of the last while is judged. */
export interface WatchOptions {
  /** What is judged is as short as has `tracesWanted`, within these. Milliseconds. */
  readonly currentMin: number;
  readonly currentMax: number;
  readonly tracesWanted: number;
  readonly resources?: ResourceSource | undefined;
}

/** Traces as they are known at a moment. */
export interface WatchedSource extends SpanSource {
  /** Traces that began before a window, and in which something failed within it: work in the background goes on for long. */
  tracesFailing(query: TraceQuery, signal?: AbortSignal): AsyncIterable<readonly Span[]>;
}

/** The moment of a look, and how much there is to see. */
export interface Sighting {
  /** Milliseconds since the Unix epoch, as `heard`. */
  readonly now: number;
  /** When the first trace began that is remembered. */
  readonly heard: number;
  /** Traces a second, lately. */
  readonly rate: number;
  /** Spans of a trace, on average. */
  readonly spansOfTrace: number;
}

const tracesMax = 1_000;
const tracesMin = 20;
/** Large traces are read in smaller numbers. */
const spansMax = 40_000;
/** Traces from before what is judged. */
const failingMax = 100;
/** What began less long ago than this, in milliseconds, may still be on its way. */
const lateMillis = 1_000;
/** What has just been started is slow: its first traces, within these milliseconds, tell nothing of what is usual. */
const warmingTraces = 75;
const [warmingMin, warmingMax] = [1_500, 10_000];
/** With fewer traces after these, heard within these milliseconds, nobody knows what is usual. */
const heardTraces = 200;
const [heardMin, heardMax] = [4_000, 9_000];
/** What is judged is no more than this share of all that was heard: there has to be something to compare it with. */
const judgedShareMax = 1 / 3;
/** What is so many traces older than the newest counts half, within these milliseconds: one trouble may give way to another. */
const halfLifeTraces = 30;
const [halfLifeMin, halfLifeMax] = [500, 2_000];
/** Where so many requests fail nothing is usual, even if nobody is found to blame. */
const failingFrom = 0.1;

/** Milliseconds. How far back what is usual is looked for. */
export const watchMemory: number = 15 * 60_000;

/**
 * Looks again and again who is to blame for what is worse now than it was. It remembers when all was well: trouble is compared with
 * what was before it, however long it lasts, and whatever trouble came between.
 */
export class CulpritWatch {
  readonly #options: WatchOptions;
  readonly #sound: SoundStretch = new SoundStretch(watchMemory);

  /** @throws HoldfastError INVALID_ARGUMENT for windows that are none, and for `tracesWanted` below 1. */
  constructor(options: WatchOptions) {
    const { currentMin, currentMax, tracesWanted } = options;
    if (!(currentMin > 0)) throw invalidArgument('currentMin', currentMin, 'milliseconds, more than 0');
    if (!(currentMax >= currentMin))
      throw invalidArgument('currentMax', currentMax, `milliseconds, at least ${currentMin}`);
    if (!(tracesWanted >= 1)) throw invalidArgument('tracesWanted', tracesWanted, 'a number from 1 on');
    this.#options = options;
  }

  /** The most likely first; empty while too little was heard to know what is usual. */
  async look(source: WatchedSource, sighting: Sighting): Promise<readonly Culprit[]> {
    const { now, rate, spansOfTrace } = sighting;
    const to = now - lateMillis;
    const millisFor = (traces: number): number => (traces * 1e3) / Math.max(rate, 1e-3);
    const heard = sighting.heard + within(warmingMin, millisFor(warmingTraces), warmingMax);
    if (to - heard < within(heardMin, millisFor(heardTraces), heardMax)) return [];
    const { currentMin, currentMax, tracesWanted, resources } = this.#options;
    const wanted = within(currentMin, millisFor(tracesWanted), currentMax);
    const current = { from: Math.max(to - wanted, to - (to - heard) * judgedShareMax), to };
    const outcomes = new Outcomes(source, current);
    const culprits = await findCulprits(outcomes, {
      current,
      baseline: this.#sound.before(current.from, heard),
      tracesMax: Math.floor(within(tracesMin, spansMax / Math.max(1, spansOfTrace), tracesMax)),
      halfLife: within(halfLifeMin, millisFor(halfLifeTraces), halfLifeMax),
      ...(resources !== undefined && { resources }),
    });
    this.#sound.judged(current, heard, culprits.length === 0 && outcomes.failingShare < failingFrom);
    return culprits;
  }
}

function within(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Traces of windows. Those of the judged one are counted by how they ended, and those that went on in it are added. */
class Outcomes implements SpanSource {
  readonly #source: WatchedSource;
  readonly #counted: TimeWindow;
  #ended = 0;
  #failed = 0;

  constructor(source: WatchedSource, counted: TimeWindow) {
    this.#source = source;
    this.#counted = counted;
  }

  get failingShare(): number {
    return this.#failed / Math.max(1, this.#ended);
  }

  async *traces(query: TraceQuery, signal?: AbortSignal): AsyncGenerator<readonly Span[]> {
    for await (const spans of this.#source.traces(query, signal)) {
      const root = query.from === this.#counted.from && spans.find(({ parentId }) => parentId === undefined);
      if (root) {
        this.#ended++;
        if (root.status === 'error') this.#failed++;
      }
      yield spans;
    }
    if (query.from === this.#counted.from) {
      yield* this.#source.tracesFailing({ ...query, tracesMax: failingMax }, signal);
    }
  }

  trace(traceId: string, signal?: AbortSignal): Promise<readonly Span[]> {
    return this.#source.trace(traceId, signal);
  }
}
