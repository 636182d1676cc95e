import type { BreakerSettings } from '../../src/breaker/breaker-core.ts';
import {
  Duel,
  endingCall,
  type MakeBreaker,
  type Move,
  type Surroundings,
  written,
  writtenMove,
} from './moves.ts';
import { type Oracle, sliceLength } from './oracle.ts';

/** A breaker and what may happen to it. */
export interface Scenario {
  readonly name: string;
  /** The first is what it starts with, the others are for `reconfigure`. */
  readonly settings: readonly BreakerSettings[];
  readonly moves: readonly Move[];
  /** Monotonic time at the beginning. */
  readonly start: number;
}

export interface Explored {
  /** Length of the longest sequence. */
  readonly depth: number;
  /** Distinct states, counted once however they were reached. */
  readonly states: number;
  /** Sequences that were compared. */
  readonly sequences: number;
}

export interface SearchOptions {
  readonly depth: number;
  /**
   * What is equal for the oracle may differ in the code, which remembers in its own way. So a state is followed
   * anew when the latest moves that led to it are others than before: this many of them are compared.
   */
  readonly latestMoves: number;
  /** How many calls may be in flight. */
  readonly mostInFlight: number;
}

/** The shortest sequence after which code and oracle part. */
export class Counterexample extends Error {
  override readonly name = 'Counterexample';
  readonly moves: readonly Move[];

  constructor(scenario: Scenario, moves: readonly Move[], what: string) {
    super(`${scenario.name}: ${written(moves)} → ${what}`);
    this.moves = moves;
  }
}

interface Reached {
  readonly moves: readonly Move[];
  readonly around: Surroundings;
  readonly oracle: Oracle;
}

/**
 * Tries every sequence of the scenario's moves up to `depth`, shortest first, following each reached state only
 * once for each way that differs in its latest changes of state or its latest moves, and compares code and oracle after each. From each new state it also asks whether time
 * and good calls alone lead back to closed.
 *
 * @throws Counterexample
 */
export function search(make: MakeBreaker, scenario: Scenario, options: SearchOptions): Explored {
  const states = new Set<string>();
  const ways = new Set<string>();
  let sequences = 0;
  let frontier: Reached[] = [firstState(make, scenario)];
  let depth = 0;
  while (frontier.length > 0 && depth < options.depth) {
    depth++;
    const next: Reached[] = [];
    for (const from of frontier) {
      for (const move of scenario.moves) {
        if (!possible(move, from, options)) continue;
        const moves = [...from.moves, move];
        sequences++;
        const duel = replay(make, scenario, moves);
        const { around, oracle } = duel;
        const reached = { moves, around: around.copy(), oracle: oracle.copy() };
        const state = canonical(reached, scenario);
        const way = [
          state,
          ...oracle.trail.slice(-3),
          ...moves.slice(-options.latestMoves).map(writtenMove),
        ].join('|');
        reading(duel, scenario, moves);
        if (!states.has(state) && isAutomatic(reached.oracle)) recovers(make, scenario, moves);
        if (!ways.has(way)) next.push(reached);
        states.add(state);
        ways.add(way);
      }
    }
    frontier = next;
  }
  return { depth, states: states.size, sequences };
}

function firstState(make: MakeBreaker, scenario: Scenario): Reached {
  const duel = new Duel(make, scenario.settings, scenario.start);
  return { moves: [], around: duel.around, oracle: duel.oracle };
}

function possible(move: Move, { around, oracle }: Reached, { mostInFlight }: SearchOptions): boolean {
  if (move.does === 'call') return around.inFlight.length < mostInFlight;
  if (move.does !== 'end') return true;
  const place = endingCall(move.which, around, oracle);
  if (place === -1) return false;
  // With one call to choose from, its other name would only repeat the sequence.
  if (move.which === 'newest') return place !== endingCall('oldest', around, oracle);
  if (move.which === 'ancient') return place !== endingCall('stale', around, oracle);
  return true;
}

/** Makes `moves` without a reading in between: a reading is a look, and a look may change the state. */
function replay(make: MakeBreaker, scenario: Scenario, moves: readonly Move[]): Duel {
  const duel = new Duel(make, scenario.settings, scenario.start);
  blaming(scenario, moves, () => {
    for (const move of moves) duel.make(move);
  });
  return duel;
}

function reading(duel: Duel, scenario: Scenario, moves: readonly Move[]): void {
  blaming(scenario, moves, () => duel.compareReadings());
}

function blaming(scenario: Scenario, moves: readonly Move[], work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new Counterexample(scenario, moves, String(error));
  }
}

function isAutomatic({ state }: Oracle): boolean {
  return state === 'closed' || state === 'open' || state === 'half-open';
}

/**
 * No stuck state: whatever is in flight never ends, time passes as refusals say, and each call that is admitted
 * succeeds. In the worst case a half-open state first has to give up on its probes, and opens once more.
 */
function recovers(make: MakeBreaker, scenario: Scenario, moves: readonly Move[]): void {
  const duel = replay(make, scenario, moves);
  const { oracle, around } = duel;
  const waitsAllowed = 3;
  let waits = 0;
  blaming(scenario, moves, () => {
    for (;;) {
      const admitted = duel.call();
      if (duel.state() === 'closed') return;
      if (admitted) {
        duel.make({ does: 'end', which: 'newest', as: 'success', weight: 0, slow: false, retryAfter: 0 });
        if (duel.state() === 'closed') return;
        continue;
      }
      if (waits++ === waitsAllowed) throw new Error(`stuck in ${duel.state()} after ${waitsAllowed} waits`);
      around.now += oracle.retryAfter(around.now)!;
    }
  });
}

/** What decides the future, with all times relative to now. */
function canonical({ around, oracle }: Reached, scenario: Scenario): string {
  const { now } = around;
  const { settings } = oracle;
  const length = settings.window.type === 'time' ? sliceLength(settings.window) : 1;
  const slice = (at: number): number => Math.floor(now / length) - Math.floor(at / length);
  const ordered = settings.window.type === 'count' && oracle.state !== 'half-open';
  const calls =
    oracle.state === 'half-open'
      ? oracle.past.map((call) => weighed(call.weight, call.slow))
      : oracle
          .windowCalls(now)
          .map((call) => `${ordered ? '' : slice(call.at)}:${weighed(call.weight, call.slow)}`);
  const stale = around.inFlight.filter((call) => call.oracle !== oracle.changes);
  return [
    scenario.settings.indexOf(settings),
    oracle.state,
    oracle.state === 'open' ? `${Math.max(0, oracle.until - now)}/${oracle.openFor}` : '',
    oracle.state === 'half-open' ? Math.max(0, oracle.deadline - now) : '',
    oracle.nextOpenDuration(),
    oracle.inFlight,
    around.inFlight.length - stale.length,
    stale.length,
    phases(now, scenario),
    Math.min(oracle.row(), longestRow(scenario)),
    ordered ? calls.join() : calls.sort().join(),
  ].join('|');
}

/** A longer row of failures than any settings ask for is as good as this one. */
function longestRow({ settings }: Scenario): number {
  return Math.max(...settings.map(({ consecutiveFailures }) => consecutiveFailures ?? 0));
}

/** Where `now` is within the slices of the time windows that there may be. */
function phases(now: number, { settings }: Scenario): string {
  return settings.map(({ window }) => (window.type === 'time' ? now % sliceLength(window) : '')).join();
}

function weighed(weight: number, slow: boolean): string {
  return slow ? `${weight}s` : `${weight}`;
}
