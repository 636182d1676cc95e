import { canonicalText } from '../canonical-text.ts';
import type { Model } from './model.ts';
import type { Configuration, DeadEnd, Placed, SearchBudget, SearchResult } from './search-result.ts';
import type { Candidate, Timeline } from './timeline.ts';

/** The ways past one return, made as they are asked for, those with fewest operations first. */
interface Frame<State, Input, Output> {
  readonly index: number;
  /** Where the operation that returns has not taken effect yet. */
  readonly waiting: Configuration<State, Input, Output>[];
  expanded: number;
  /** How many operations were tried after the one that is expanded now. */
  tried: number;
  /** Where it has. */
  readonly passing: Configuration<State, Input, Output>[];
  passed: number;
}

const statesShown = 4;

/**
 * Looks for an order of one partition's operations that the model allows and that keeps to real time. Wing & Gong
 * (1993) with Lowe's just-in-time linearization (2017): an operation takes effect only when the end of one cannot be
 * explained otherwise, so a configuration remembers no more than which of the open operations have. Depth first over
 * the returns, breadth first at each, and no configuration twice. Besides:
 * - a read-only operation takes effect as soon as the state suits it: that rules nothing out;
 * - a configuration is dropped when one was seen that differs only in having used up fewer unknown operations;
 * - of unknown operations that ask for the same, the earliest is used first.
 */
export class Search<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #timeline: Timeline<State, Input, Output>;
  readonly #budget: SearchBudget;
  /** By return, open operations that took effect, and state: the unknown operations used up. */
  readonly #seen = new Map<string, bigint[]>();
  readonly #frames: Frame<State, Input, Output>[] = [];
  #deepest = -1;
  #placed: Placed<Input, Output> | undefined;
  #states: State[] = [];

  constructor(
    model: Model<State, Input, Output>,
    timeline: Timeline<State, Input, Output>,
    budget: SearchBudget,
  ) {
    this.#model = model;
    this.#timeline = timeline;
    this.#budget = budget;
  }

  /** Takes what it needs from the budget. */
  run(): SearchResult<State, Input, Output> {
    if (this.#advance({ state: this.#model.init(), known: 0n, unknown: 0n, placed: undefined }, 0)) {
      return { verdict: 'ok' };
    }
    while (this.#frames.length > 0 && !this.#exhausted()) {
      const frame = this.#frames.at(-1)!;
      const configuration = this.#pass(frame);
      if (configuration === undefined) this.#frames.pop();
      else if (this.#advance(configuration, frame.index + 1)) return { verdict: 'ok' };
    }
    return this.#exhausted()
      ? { verdict: 'undecided', placed: this.#deepest }
      : { verdict: 'violated', deadEnd: this.#deadEnd() };
  }

  #exhausted(): boolean {
    return this.#budget.steps <= 0 || this.#budget.configurations <= 0;
  }

  /** Goes on to the first return that needs a decision; whether there is none. */
  #advance(configuration: Configuration<State, Input, Output>, from: number): boolean {
    let { state, known, placed } = configuration;
    const { unknown } = configuration;
    for (let index = from; index < this.#timeline.returns.length; index++) {
      const { ending, newReads, changes, unknown: unknownCalled } = this.#timeline.returns[index]!;
      for (const read of newReads) {
        if (this.#step(state, read) === undefined) continue;
        known |= read.bit;
        placed = { candidate: read, before: placed };
      }
      if ((known & ending.bit) !== 0n) {
        known ^= ending.bit;
        continue;
      }
      const here = { state, known, unknown, placed };
      const ended = ending.readOnly ? undefined : this.#ended(here, index);
      if (unknownCalled === 0 && changes.length === (ending.readOnly ? 0 : 1)) {
        // Nothing else can change the state here: one way, or none.
        if (ended === undefined) {
          this.#note(here, index);
          return false;
        }
        ({ state, known, placed } = ended);
        continue;
      }
      if (!this.#isNew(here, index)) return false;
      this.#note(here, index);
      const passing = ended === undefined ? [] : [ended];
      this.#frames.push({ index, waiting: [here], expanded: 0, tried: 0, passing, passed: 0 });
      return false;
    }
    return true;
  }

  /** The next way past a frame's return. */
  #pass(frame: Frame<State, Input, Output>): Configuration<State, Input, Output> | undefined {
    while (frame.passed === frame.passing.length) {
      if (frame.expanded === frame.waiting.length || this.#exhausted()) return undefined;
      if (this.#tryNext(frame)) continue;
      frame.expanded++;
      frame.tried = 0;
    }
    return frame.passing[frame.passed++];
  }

  /** Lets the next of the other operations take effect after what has; false when there is none. */
  #tryNext(frame: Frame<State, Input, Output>): boolean {
    const { ending, changes, unknown } = this.#timeline.returns[frame.index]!;
    const at = frame.tried++;
    if (at === changes.length + unknown) return false;
    const from = frame.waiting[frame.expanded]!;
    if (at < changes.length) {
      const change = changes[at]!;
      if (change === ending || (from.known & change.bit) !== 0n) return true;
      this.#reach(frame, from, change, from.known | change.bit, from.unknown);
    } else {
      const change = this.#timeline.unknown[at - changes.length]!;
      const used = from.unknown;
      if ((used & change.bit) !== 0n || (change.twin && (used & change.twin.bit) === 0n)) return true;
      this.#reach(frame, from, change, from.known, used | change.bit);
    }
    return true;
  }

  #reach(
    frame: Frame<State, Input, Output>,
    from: Configuration<State, Input, Output>,
    change: Candidate<Input, Output>,
    known: bigint,
    unknown: bigint,
  ): void {
    const state = this.#step(from.state, change);
    if (state === undefined) return;
    const { ending } = this.#timeline.returns[frame.index]!;
    const reached = this.#settle(frame.index, state, known, unknown, {
      candidate: change,
      before: from.placed,
    });
    const isPast = (reached.known & ending.bit) !== 0n;
    if (this.#isHopeless(reached, frame.index, isPast) || !this.#isNew(reached, frame.index)) return;
    if (isPast) {
      frame.passing.push({ ...reached, known: reached.known ^ ending.bit });
      return;
    }
    this.#note(reached, frame.index);
    frame.waiting.push(reached);
    if (ending.readOnly) return;
    const ended = this.#ended(reached, frame.index);
    if (ended !== undefined) frame.passing.push(ended);
  }

  /** The configuration after the operation that returns has taken effect too, if it can. */
  #ended(
    { state, known, unknown, placed }: Configuration<State, Input, Output>,
    index: number,
  ): Configuration<State, Input, Output> | undefined {
    const { ending } = this.#timeline.returns[index]!;
    const after = this.#step(state, ending);
    if (after === undefined) return undefined;
    const reached = this.#settle(index, after, known, unknown, { candidate: ending, before: placed });
    return this.#isHopeless(reached, index, true) ? undefined : reached;
  }

  /** The configuration in a new state, once every open read that it suits has taken effect. */
  #settle(
    index: number,
    state: State,
    knownBefore: bigint,
    unknown: bigint,
    change: Placed<Input, Output>,
  ): Configuration<State, Input, Output> {
    let known = knownBefore;
    let placed = change;
    for (const read of this.#timeline.returns[index]!.reads) {
      if ((known & read.bit) !== 0n || this.#step(state, read) === undefined) continue;
      known |= read.bit;
      placed = { candidate: read, before: placed };
    }
    return { state, known, unknown, placed };
  }

  /** Whether a known operation can no longer be explained from there. */
  #isHopeless(reached: Configuration<State, Input, Output>, index: number, isPast: boolean): boolean {
    const insight = this.#timeline.insight;
    if (insight === undefined) return false;
    const { ending, nextRead } = this.#timeline.returns[index]!;
    if (!isPast && this.#isOutOfReach(reached.state, ending)) return true;
    const contradicted =
      nextRead !== undefined && this.#isOutOfReach(reached.state, nextRead)
        ? nextRead.operation
        : insight.contradicts?.(reached.state);
    if (contradicted === undefined) return false;
    this.#note(reached, this.#timeline.returnOf.get(contradicted)!);
    return true;
  }

  #isOutOfReach(state: State, { input, output }: Candidate<Input, Output>): boolean {
    return output !== undefined && this.#timeline.insight!.outOfReach?.(state, input, output) === true;
  }

  #step(state: State, { input, output }: Candidate<Input, Output>): State | undefined {
    this.#budget.steps--;
    return this.#model.step(state, input, output);
  }

  /** Whether no configuration was seen there that allows at least as much; remembers it. */
  #isNew({ state, known, unknown }: Configuration<State, Input, Output>, index: number): boolean {
    const place = `${index} ${known.toString(36)} ${this.#key(state)}`;
    const seen = this.#seen.get(place);
    if (seen === undefined) {
      this.#seen.set(place, [unknown]);
    } else {
      for (const used of seen) if ((used & ~unknown) === 0n) return false;
      seen.push(unknown);
    }
    this.#budget.configurations--;
    return true;
  }

  #key(state: State): string | number {
    if (this.#model.key) return this.#model.key(state);
    return typeof state === 'number' ? state : canonicalText(state);
  }

  /** Remembers where the search came furthest. */
  #note({ state, placed }: Configuration<State, Input, Output>, index: number): void {
    if (index > this.#deepest) {
      this.#deepest = index;
      this.#placed = placed;
      this.#states = [];
    }
    if (index === this.#deepest && this.#states.length < statesShown) this.#states.push(state);
  }

  #deadEnd(): DeadEnd<State, Input, Output> {
    const { ending } = this.#timeline.returns[this.#deepest]!;
    return { ending, placed: this.#placed, states: this.#states };
  }
}
