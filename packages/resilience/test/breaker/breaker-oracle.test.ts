import { loadWithBug } from '@holdfast/simulation/planted-bugs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BreakerCore, type BreakerSettings } from '../../src/breaker/breaker-core.ts';
import { Duel, type MakeBreaker, type Move } from './moves.ts';
import { plantedBugs } from './planted-bugs.ts';
import { scenarios } from './scenarios.ts';
import { type Counterexample, type Explored, type SearchOptions, search } from './search.ts';

// Goal: the code does what docs/circuit-breaker.md says, in every state that short sequences can reach.
// Method: an oracle written from that page alone beside the code, every sequence of moves, shortest first.

const makerOf =
  (Breaker: typeof BreakerCore): MakeBreaker =>
  (settings, onTransition) =>
    new Breaker(settings, onTransition);
const ours = makerOf(BreakerCore);
const source = new URL('../../src/breaker/', import.meta.url);
const thorough: SearchOptions = { depth: 8, latestMoves: 2, mostInFlight: 4 };

describe('the breaker and its page agree, and no state is stuck', () => {
  const total = { states: 0, sequences: 0 };

  test.each(scenarios)('$name', { timeout: 60_000 }, (scenario) => {
    const explored = search(ours, scenario, thorough);
    expect(explored.states).toBeGreaterThan(40);
    total.states += explored.states;
    total.sequences += explored.sequences;
  });

  test('in all', () => {
    report('in all', { depth: thorough.depth, ...total });
  });

  test('over long random runs with larger windows', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(anySettings, { minLength: 2, maxLength: 2 }),
        fc.nat(1_000),
        fc.array(anyMove, { minLength: 20, maxLength: 400, size: 'max' }),
        (settings, start, moves) => {
          const duel = new Duel(ours, settings, start);
          for (const move of moves) {
            duel.make(move);
            if (move.does === 'look') duel.compareReadings();
          }
          duel.compareReadings();
        },
      ),
      { numRuns: 600 },
    );
  });
});

describe('the search catches', () => {
  test.each(plantedBugs)('$name', { timeout: 60_000 }, async (bug) => {
    const patched = await loadWithBug<typeof import('../../src/breaker/breaker-core.ts')>(bug, {
      entry: new URL('breaker-core.ts', source),
      source,
      load: (name) => import(name),
    });
    const counterexample = firstCounterexample(makerOf(patched.BreakerCore));
    expect(counterexample).toBeDefined();
    if (process.env['COUNTEREXAMPLES'] !== undefined) {
      console.log(`${bug.name}\n  ${counterexample?.message}`);
    }
  });
});

/** The shortest of those that the scenarios show; long sequences are tried only when short ones show none. */
function firstCounterexample(make: MakeBreaker): Counterexample | undefined {
  for (const depth of [4, 6, thorough.depth]) {
    for (const scenario of scenarios) {
      try {
        search(make, scenario, { ...thorough, depth });
      } catch (error) {
        return error as Counterexample;
      }
    }
  }
  return undefined;
}

function report(what: string, { states, sequences, depth }: Explored): void {
  console.log(`${what}: ${states} states, ${sequences} sequences of up to ${depth} moves`);
}

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined });
}

const rate = fc.integer({ min: 1, max: 10_000 });
const span = fc.integer({ min: 1, max: 60 });

const anySettings: fc.Arbitrary<BreakerSettings> = fc.record({
  window: fc.oneof(
    fc.record({ type: fc.constant('count' as const), size: fc.integer({ min: 1, max: 30 }) }),
    fc.record({
      type: fc.constant('time' as const),
      duration: fc.integer({ min: 1, max: 100 }),
      buckets: fc.integer({ min: 1, max: 12 }),
    }),
  ),
  minimumThroughput: fc.integer({ min: 1, max: 12 }),
  failureRateUnits: maybe(rate),
  slowRateUnits: maybe(rate),
  consecutiveFailures: fc.integer({ min: 1, max: 12 }),
  openDuration: span,
  openDurationFactor: fc.integer({ min: 1, max: 3 }),
  openDurationMax: fc.integer({ min: 60, max: 500 }),
  probes: fc.integer({ min: 1, max: 5 }),
  maxWait: maybe(span),
});

const which = fc.constantFrom('oldest', 'oldest', 'newest', 'stale', 'ancient');

const end: fc.Arbitrary<Move> = fc.oneof(
  fc.record({
    does: fc.constant('end' as const),
    which,
    as: fc.constantFrom('success', 'success', 'ignored'),
    weight: fc.constant(0),
    slow: fc.boolean(),
    retryAfter: fc.constant(0),
  }),
  fc.record({
    does: fc.constant('end' as const),
    which,
    as: fc.constant('failure' as const),
    weight: fc.oneof(fc.constant(10_000), fc.integer({ min: 0, max: 1_000_000 })),
    slow: fc.boolean(),
    retryAfter: fc.oneof(fc.constant(0), fc.nat(700)),
  }),
);

const anyMove: fc.Arbitrary<Move> = fc.oneof(
  { weight: 40, arbitrary: fc.constant<Move>({ does: 'call' }) },
  { weight: 40, arbitrary: end },
  { weight: 15, arbitrary: fc.record({ does: fc.constant('wait' as const), micros: span }) },
  { weight: 1, arbitrary: fc.constant<Move>({ does: 'wait', micros: 2 ** 42 }) },
  { weight: 8, arbitrary: fc.constant<Move>({ does: 'look' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('force' as const),
      to: fc.constantFrom('disabled', 'forced-open', 'metrics-only'),
    }),
  },
  { weight: 3, arbitrary: fc.constant<Move>({ does: 'reset' }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('reconfigure' as const), to: fc.nat(1) }) },
);
