import { type Duration, invalidArgument, toPositiveMicros } from '@holdfast/core';
import { type Backoff, exponential } from '@holdfast/resilience';
import type { ParticipantRegistry } from './participant-registry.ts';
import type { TccBranch } from './tcc-event.ts';

export interface TccOptions<Input> {
  /** Of a changed definition: another number. Default 1. */
  readonly version?: number;
  readonly registry: ParticipantRegistry;
  /** Who takes part, and what each is asked for. Of the input alone: no time, no chance. */
  readonly branches: (input: Input) => readonly TccBranch[];
  /**
   * How long reservations last, from when the transaction is started. Half of it is for the tries and the decision; after
   * that it is cancelled. The other half is for the confirms: a participant that gets none by its end may cancel.
   * Default '10m'.
   */
  readonly reservation?: Duration;
  /** How long one call may take. Default '10s'. */
  readonly callTimeout?: Duration;
  /** How often a try is attempted. Default 3. */
  readonly tries?: number;
  /** Between attempts; of confirms and cancels there are as many as it takes. Default from 50 ms to 10 s, with full jitter. */
  readonly backoff?: Backoff;
  /** After how long a decided transaction that cannot be finished is shown as stuck. It goes on. Default '1m'. */
  readonly alarmAfter?: Duration;
}

/** The options, checked. Times are microseconds. */
export interface TccSettings {
  readonly registry: ParticipantRegistry;
  readonly reservation: number;
  readonly callTimeout: number;
  readonly tries: number;
  readonly backoff: Backoff;
  readonly alarmAfter: number;
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function settingsOf(options: TccOptions<never>): TccSettings {
  const { registry, tries = 3, backoff } = options;
  if (!(Number.isSafeInteger(tries) && tries >= 1))
    throw invalidArgument('tries', tries, 'a whole number from 1');
  return {
    registry,
    tries,
    reservation: toPositiveMicros(options.reservation ?? '10m', 'reservation'),
    callTimeout: toPositiveMicros(options.callTimeout ?? '10s', 'callTimeout'),
    backoff: backoff ?? exponential({ initial: '50ms', max: '10s' }),
    alarmAfter: toPositiveMicros(options.alarmAfter ?? '1m', 'alarmAfter'),
  };
}
