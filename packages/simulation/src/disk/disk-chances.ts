import { invalidArgument, toMicros } from '@holdfast/core';
import type { DiskConditions, LatencyRange } from '../plan/fault-plan.ts';

/** {@link DiskConditions} in whole numbers: microseconds, and parts per million. */
export interface DiskChances {
  readonly latencyMin: number;
  readonly latencyMax: number;
  readonly heavyTailed: boolean;
  readonly failedReads: number;
  readonly failedWrites: number;
  readonly failedFlushes: number;
  readonly lyingFlushes: number;
  readonly tornWrites: number;
  readonly lostWrites: number;
  readonly misdirectedWrites: number;
  readonly bitRot: number;
}

const million = 1_000_000;
const usualLatency: LatencyRange = { min: '50us', max: '500us' };

/**
 * What several conditions come to, where a later one overrides an earlier one in what it names.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function chancesOf(conditions: readonly DiskConditions[]): DiskChances {
  const named: DiskConditions = Object.assign({}, ...conditions);
  const { min, max, distribution = 'uniform' } = named.latency ?? usualLatency;
  const latencyMin = toMicros(min, 'disk.latency.min');
  const latencyMax = toMicros(max, 'disk.latency.max');
  if (latencyMax < latencyMin) {
    throw invalidArgument('disk.latency.max', max, `no shorter than disk.latency.min, which is ${min}`);
  }
  if (latencyMax > latencyMaxMicros) throw invalidArgument('disk.latency.max', max, 'a minute at most');
  if (distribution !== 'uniform' && distribution !== 'heavy-tailed') {
    throw invalidArgument('disk.latency.distribution', distribution, "'uniform' or 'heavy-tailed'");
  }
  const share = (field: Exclude<keyof DiskConditions, 'latency'>, usual = 0): number => {
    const value = named[field] ?? usual;
    if (!(value >= 0 && value <= 1)) throw invalidArgument(`disk.${field}`, value, 'a share from 0 to 1');
    return Math.round(value * million);
  };
  return {
    latencyMin,
    latencyMax,
    heavyTailed: distribution === 'heavy-tailed',
    failedReads: share('failedReads'),
    failedWrites: share('failedWrites'),
    failedFlushes: share('failedFlushes'),
    lyingFlushes: share('lyingFlushes'),
    tornWrites: share('tornWrites', 0.5),
    lostWrites: share('lostWrites', 0.5),
    misdirectedWrites: share('misdirectedWrites'),
    bitRot: share('bitRot'),
  };
}

const latencyMaxMicros = 60 * million;
