import { type Random, seededRandom } from '@holdfast/core';
import type { Wave } from '../load/wave.ts';
import type { ServiceName } from '../shop/services.ts';
import type { Fault, Trouble } from '../storm/fault.ts';

/** A calm with one trouble after it, by which the console is tried: does it name the service that is hit? */
export interface Trial {
  readonly seed: number;
  readonly ordersPerSecond: number;
  /** A stretch of the calm in which more customers come. It is innocent. */
  readonly wave: Wave;
  readonly fault: Fault;
  /** When it ends. Milliseconds after the beginning of the calm, as all times of a trial. */
  readonly until: number;
}

export type TroubleKind = Trouble['kind'];
export const troubleKinds: readonly TroubleKind[] = [
  'kill',
  'pause',
  'slow',
  'break',
  'refuse',
  'block',
  'drop',
  'leak',
  'lag',
];

/** Those behind the gateway. What becomes of requests before they reach the gateway, no service sees. */
const behind: readonly ServiceName[] = ['orders', 'payments', 'inventory', 'shipping'];
const all: readonly ServiceName[] = ['gateway', ...behind];
/** Those that lose all their hands within a few seconds. */
const short: readonly ServiceName[] = ['payments', 'inventory', 'shipping'];

/** Whom each kind may hit, and how hard, so that it can be felt. */
const troubles: Readonly<
  Record<TroubleKind, { readonly hits: readonly ServiceName[]; readonly draw: (random: Random) => Trouble }>
> = {
  kill: { hits: behind, draw: () => ({ kind: 'kill' }) },
  pause: { hits: behind, draw: () => ({ kind: 'pause' }) },
  slow: { hits: all, draw: (random) => ({ kind: 'slow', millis: between(random, 200, 600) }) },
  break: { hits: all, draw: (random) => ({ kind: 'break', share: between(random, 40, 90) / 100 }) },
  refuse: { hits: all, draw: (random) => ({ kind: 'refuse', share: between(random, 40, 90) / 100 }) },
  block: { hits: all, draw: (random) => ({ kind: 'block', millis: between(random, 200, 600) }) },
  drop: { hits: behind, draw: (random) => ({ kind: 'drop', share: between(random, 40, 80) / 100 }) },
  leak: { hits: short, draw: (random) => ({ kind: 'leak', share: between(random, 30, 60) / 100 }) },
  lag: { hits: behind, draw: (random) => ({ kind: 'lag', millis: between(random, 150, 500) }) },
};

/** Spans of the end of a trouble arrive a little later. */
const afterwardsMillis = 2_000;

/** The trial of `seed`. Those of seeds that follow each other go through `kinds` in turn; all else is drawn. */
export function drawTrial(seed: number, kinds: readonly TroubleKind[] = troubleKinds): Trial {
  const random = seededRandom(seed).fork('blame');
  const { hits, draw } = troubles[kinds[seed % kinds.length]!];
  const service = hits[random.below(hits.length)]!;
  const from = between(random, 16_000, 19_000);
  const until = from + between(random, 10_000, 12_000);
  const waveFrom = between(random, 5_000, 10_000);
  return {
    seed,
    ordersPerSecond: between(random, 15, 30),
    wave: { from: waveFrom, until: waveFrom + 4_000, factor: between(random, 12, 16) / 10 },
    fault: { service, trouble: draw(random), from, until },
    until: until + afterwardsMillis,
  };
}

function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}
