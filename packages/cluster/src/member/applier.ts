import type { Clock } from '@holdfast/core';
import type { Configuration } from '@holdfast/raft';
import type { Applied, StateMachine } from '../state/state-machine.ts';
import type { ClusterTime } from './proposals/cluster-time.ts';
import { commandIn, originOf, sequenceOf, timeOf } from './proposals/envelope.ts';
import type { LogEntry } from './wire/entry-block.ts';

/** Who hears of what is applied. */
export interface AppliedListener {
  /** A command that was proposed in this life of the member. */
  ownApplied(sequence: number, applied: Applied): void;
  /** The first entry of a term has been applied. */
  termBegan(term: number): void;
  configurationApplied(configuration: Configuration, index: number, term: number): void;
}

/** Microseconds of applying at a time, so that heartbeats are not late. */
const sliceMicros = 4_000;
/** Microseconds in one go that are too many. */
const slowAfter = 100_000;
/** Entries between two looks at the clock. */
const entriesPerLook = 64;

/** Feeds committed entries to the state machine, a slice of time at once. */
export class Applier {
  readonly #state: StateMachine;
  readonly #clock: Clock;
  readonly #time: ClusterTime;
  readonly #origin: number;
  readonly #listener: AppliedListener;
  #batches: (readonly LogEntry[])[] = [];
  /** How many of the first batch are applied. */
  #done = 0;
  /** How often applying has taken too long at a time. */
  slow = 0;
  #index: number;
  #term: number;

  constructor(
    state: StateMachine,
    clock: Clock,
    time: ClusterTime,
    origin: number,
    term: number,
    listener: AppliedListener,
  ) {
    this.#state = state;
    this.#clock = clock;
    this.#time = time;
    this.#origin = origin;
    this.#listener = listener;
    this.#index = state.appliedIndex;
    this.#term = term;
  }

  /** The last entry that was applied. */
  get index(): number {
    return this.#index;
  }

  /** Whether something waits to be applied. */
  get waiting(): boolean {
    return this.#batches.length > 0;
  }

  add(entries: readonly LogEntry[]): void {
    if (entries.length > 0) this.#batches.push(entries);
  }

  /** A snapshot that ends at `index` has taken the state's place: what waits is void. */
  restored(index: number, term: number): void {
    this.#batches = [];
    this.#done = 0;
    this.#index = index;
    this.#term = term;
  }

  /** Applies what waits, for a while. */
  run(): void {
    const now = this.#clock.now();
    this.#run(now);
    if (this.#clock.now() - now > slowAfter) this.slow++;
  }

  #run(now: number): void {
    const until = now + sliceMicros;
    let left = entriesPerLook;
    while (this.#batches.length > 0) {
      const batch = this.#batches[0]!;
      while (this.#done < batch.length) {
        if (--left < 0) {
          if (this.#clock.now() >= until) return;
          left = entriesPerLook;
        }
        this.#apply(batch[this.#done++]!, now);
      }
      this.#batches.shift();
      this.#done = 0;
    }
  }

  #apply(entry: LogEntry, now: number): void {
    const { index, term } = entry;
    this.#index = index;
    if (entry.kind === 'command') {
      const sealed = entry.command;
      const time = this.#time.see(timeOf(sealed), now);
      const applied = this.#state.apply(commandIn(sealed), index, term, time);
      if (originOf(sealed) === this.#origin) this.#listener.ownApplied(sequenceOf(sealed), applied);
    } else {
      this.#state.skip(index, term);
      if (entry.kind === 'configuration') {
        this.#listener.configurationApplied(entry.configuration, index, term);
      }
    }
    if (term > this.#term) {
      this.#term = term;
      this.#listener.termBegan(term);
    }
  }
}
