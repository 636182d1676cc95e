import { type Duration, invalidArgument, toMicros } from '@holdfast/core';
import type { NetworkConditions } from '../plan/fault-plan.ts';

/** What a link does to packets, in whole microseconds and parts per million. */
export interface LinkConditions {
  readonly latencyMin: number;
  readonly latencyMax: number;
  /** One packet in twenty takes up to ten times `latencyMax`. */
  readonly heavyTailed: boolean;
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
  readonly holdBack: number;
  /** Bytes in a second; 0 for no limit. */
  readonly bandwidth: number;
}

/** A link of a healthy local network. */
export const calm: LinkConditions = {
  latencyMin: 200,
  latencyMax: 2_000,
  heavyTailed: false,
  loss: 0,
  duplication: 0,
  reordering: 0,
  holdBack: 50_000,
  bandwidth: 0,
};

/** A host's link to itself. No fault reaches it. */
export const loopback: LinkConditions = { ...calm, latencyMin: 5, latencyMax: 50 };

/** The longest latency, so that ten times as much still fits a draw. */
const latencyLimit = 300_000_000;
const holdBackLimit = 3_600_000_000;
const bandwidthLimit = 1_000_000_000_000;

/**
 * `base` with what `conditions` say in its place. `field` is where they stand, for the error.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a share outside 0 to 1, a latency over 5 minutes or upside down, a hold-back
 * over an hour, or a bandwidth that is no number of bytes.
 */
export function withConditions(
  base: LinkConditions,
  conditions: NetworkConditions,
  field = 'network',
): LinkConditions {
  const { latency, loss, duplication, reordering, holdBack, bandwidth = base.bandwidth } = conditions;
  const latencyMin =
    latency === undefined ? base.latencyMin : limited(latency.min, latencyLimit, `${field}.latency.min`);
  const latencyMax =
    latency === undefined ? base.latencyMax : limited(latency.max, latencyLimit, `${field}.latency.max`);
  if (latencyMin > latencyMax) {
    throw invalidArgument(`${field}.latency.min`, latency?.min, 'at most latency.max');
  }
  if (bandwidth !== base.bandwidth && !(bandwidth >= 1 && bandwidth <= bandwidthLimit)) {
    throw invalidArgument(`${field}.bandwidth`, bandwidth, `bytes per second from 1 to ${bandwidthLimit}`);
  }
  return {
    latencyMin,
    latencyMax,
    heavyTailed: latency === undefined ? base.heavyTailed : latency.distribution === 'heavy-tailed',
    loss: share(loss, base.loss, `${field}.loss`),
    duplication: share(duplication, base.duplication, `${field}.duplication`),
    reordering: share(reordering, base.reordering, `${field}.reordering`),
    holdBack: holdBack === undefined ? base.holdBack : limited(holdBack, holdBackLimit, `${field}.holdBack`),
    bandwidth,
  };
}

function share(value: number | undefined, otherwise: number, field: string): number {
  if (value === undefined) return otherwise;
  if (!(value >= 0 && value <= 1)) throw invalidArgument(field, value, 'a share from 0 to 1');
  return Math.round(value * 1_000_000);
}

function limited(duration: Duration, limit: number, field: string): number {
  const micros = toMicros(duration, field);
  if (micros > limit) throw invalidArgument(field, duration, `at most ${limit / 60_000_000} minutes`);
  return micros;
}
