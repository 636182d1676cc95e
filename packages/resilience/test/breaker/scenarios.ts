import type { BreakerSettings } from '../../src/breaker/breaker-core.ts';
import type { Move } from './moves.ts';
import type { Scenario } from './search.ts';

const whole = 10_000;
const never = Number.MAX_SAFE_INTEGER;
/** Half a year at once. */
const leap = 16_000_000_000_000;

const plain: BreakerSettings = {
  window: { type: 'count', size: 3 },
  minimumThroughput: 2,
  failureRateUnits: whole / 2,
  slowRateUnits: undefined,
  consecutiveFailures: undefined,
  openDuration: 2,
  openDurationFactor: 1,
  openDurationMax: never,
  probes: 1,
  maxWait: undefined,
};

const call: Move = { does: 'call' };
const look: Move = { does: 'look' };
const reset: Move = { does: 'reset' };

function wait(micros: number): Move {
  return { does: 'wait', micros };
}

function reconfigure(to: number): Move {
  return { does: 'reconfigure', to };
}

interface EndOptions {
  readonly which?: 'oldest' | 'newest' | 'stale' | 'ancient';
  readonly weight?: number;
  readonly slow?: boolean;
  readonly retryAfter?: number;
}

function end(as: 'success' | 'failure' | 'ignored', options: EndOptions = {}): Move {
  const weight = options.weight ?? (as === 'failure' ? whole : 0);
  return { does: 'end', which: 'oldest', slow: false, retryAfter: 0, ...options, as, weight };
}

const good = end('success');
const bad = end('failure');
const cancelled = end('ignored');
const lateGood = end('success', { which: 'stale' });
const lateBad = end('failure', { which: 'stale' });
const lateCancelled = end('ignored', { which: 'ancient' });
const slowGood = end('success', { slow: true });
const slowBad = end('failure', { slow: true });

/** What every scenario can do. */
const common: readonly Move[] = [call, good, bad, cancelled, lateGood, lateBad, lateCancelled, look];

function scenario(
  name: string,
  settings: readonly Partial<BreakerSettings>[],
  moves: readonly Move[],
  start = 0,
): Scenario {
  return {
    name,
    settings: settings.map((some) => ({ ...plain, ...some })),
    moves: [...common, ...moves],
    start,
  };
}

/** Small breakers that together reach every rule of the page, with waits that meet its boundaries exactly. */
export const scenarios: readonly Scenario[] = [
  scenario('count window of 3', [{}], [wait(1), wait(2), wait(leap), reset]),
  scenario(
    'count window of 2 from a single call on',
    [{ window: { type: 'count', size: 2 }, minimumThroughput: 1, failureRateUnits: whole }],
    [wait(1), wait(2)],
  ),
  scenario(
    'count window of 4, three quarters, three probes',
    [
      {
        window: { type: 'count', size: 4 },
        minimumThroughput: 3,
        failureRateUnits: 7_500,
        probes: 3,
        maxWait: 3,
      },
    ],
    [wait(2), wait(3)],
  ),
  scenario(
    'time window of 2 slices',
    [{ window: { type: 'time', duration: 4, buckets: 2 }, openDuration: 3 }],
    [wait(1), wait(2), wait(3), wait(leap)],
    1,
  ),
  scenario(
    'time window of 3 slices whose length is rounded up',
    [{ window: { type: 'time', duration: 4, buckets: 3 }, minimumThroughput: 3 }],
    [wait(1), wait(2), wait(4), wait(6), reset],
    5,
  ),
  scenario(
    'time window that starts late',
    [{ window: { type: 'time', duration: 6, buckets: 3 }, failureRateUnits: whole }],
    [wait(1), wait(4), wait(6)],
    leap + 1,
  ),
  scenario(
    'consecutive failures alone',
    [{ consecutiveFailures: 2, failureRateUnits: undefined, probes: 2 }],
    [end('failure', { weight: 0 }), end('failure', { weight: 1 }), wait(1), wait(2)],
  ),
  scenario(
    'consecutive failures before a rate',
    [{ consecutiveFailures: 3, minimumThroughput: 3, window: { type: 'count', size: 4 } }],
    [end('failure', { weight: 0 }), wait(2)],
  ),
  scenario(
    'slow calls',
    [{ slowRateUnits: 6_000, failureRateUnits: whole, probes: 2 }],
    [slowGood, slowBad, end('ignored', { slow: true }), wait(2)],
  ),
  scenario(
    'slow calls in a time window, all of them',
    [
      {
        window: { type: 'time', duration: 4, buckets: 2 },
        slowRateUnits: whole,
        failureRateUnits: undefined,
        consecutiveFailures: 3,
      },
    ],
    [slowGood, slowBad, wait(2), wait(3)],
  ),
  scenario(
    'slow calls alone',
    [{ slowRateUnits: whole, failureRateUnits: undefined }],
    [slowGood, slowBad, wait(2)],
  ),
  scenario(
    'severity weights',
    [{ minimumThroughput: 2, failureRateUnits: 6_000, probes: 2 }],
    [
      end('failure', { weight: 0 }),
      end('failure', { weight: 2_000 }),
      end('failure', { weight: 5_000 }),
      wait(2),
    ],
  ),
  scenario(
    'two probes, of which the newer may end first',
    [{ minimumThroughput: 1, window: { type: 'count', size: 2 }, failureRateUnits: whole, probes: 2 }],
    [end('success', { which: 'newest' }), end('failure', { which: 'newest' }), wait(1), wait(2)],
  ),
  scenario(
    'a maximum wait shorter than the open duration',
    [{ minimumThroughput: 1, window: { type: 'count', size: 2 }, openDuration: 3, maxWait: 1, probes: 2 }],
    [wait(1), wait(2), wait(3), wait(leap)],
  ),
  scenario(
    'doubling open durations',
    [
      {
        minimumThroughput: 1,
        window: { type: 'count', size: 2 },
        openDuration: 1,
        openDurationFactor: 2,
        openDurationMax: 5,
      },
    ],
    [wait(1), wait(2), wait(5), reset],
  ),
  scenario(
    'failures that say when to come back',
    [
      {
        minimumThroughput: 1,
        window: { type: 'count', size: 2 },
        openDuration: 2,
        openDurationFactor: 2,
        openDurationMax: 7,
      },
    ],
    [
      end('failure', { retryAfter: 1 }),
      end('failure', { retryAfter: 5 }),
      end('failure', { retryAfter: 9 }),
      wait(2),
      wait(3),
    ],
  ),
  scenario(
    'reconfigured windows and rates',
    [
      { consecutiveFailures: 3 },
      { window: { type: 'time', duration: 4, buckets: 2 }, openDuration: 4, consecutiveFailures: 2 },
      { minimumThroughput: 1, failureRateUnits: 3_000 },
    ],
    [reconfigure(0), reconfigure(1), reconfigure(2), wait(2)],
  ),
  scenario(
    'reconfigured probes',
    [
      { probes: 3, failureRateUnits: whole, minimumThroughput: 1 },
      { probes: 1, failureRateUnits: whole, minimumThroughput: 1, maxWait: 1 },
      { probes: 2, failureRateUnits: 4_000, minimumThroughput: 1, openDuration: 3 },
    ],
    [reconfigure(0), reconfigure(1), reconfigure(2), wait(2)],
  ),
  scenario(
    'forced by hand',
    [{}],
    [
      { does: 'force', to: 'disabled' },
      { does: 'force', to: 'forced-open' },
      { does: 'force', to: 'metrics-only' },
      reset,
      wait(2),
    ],
  ),
  scenario(
    'metrics only, with every threshold',
    [{ consecutiveFailures: 2, slowRateUnits: whole, minimumThroughput: 3, failureRateUnits: 7_000 }],
    [{ does: 'force', to: 'metrics-only' }, slowGood, reset, wait(2)],
  ),
];
