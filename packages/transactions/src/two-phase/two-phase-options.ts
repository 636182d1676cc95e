import { type Duration, invalidArgument, toPositiveMicros } from '@holdfast/core';
import { type Backoff, exponential } from '@holdfast/resilience';
import { checkResourceName } from './branch-id.ts';
import type { AnyResource, Resource } from './resource.ts';
import { type CheckedSchedule, checkSchedule, type SweepSchedule } from './sweep-schedule.ts';

/** What a transaction's work is given of each resource. */
export type Connections<Resources> = {
  readonly [Name in keyof Resources]: Resources[Name] extends Resource<infer Connection> ? Connection : never;
};

export interface WorkContext {
  /** Of the run. */
  readonly id: string;
  /** Counts its attempts, from 1. */
  readonly attempt: number;
  /** Aborts when the work has no time left, or its worker leaves. */
  readonly signal: AbortSignal;
}

export interface TwoPhaseOptions<Resources extends Readonly<Record<string, AnyResource>>, Input, Value> {
  /** Of a changed definition: another number. Default 1. */
  readonly version?: number;
  /** The databases that take part, by names of the definition's own. At most one cannot prepare: the last resource. */
  readonly resources: Resources;
  /**
   * What is done in them. It only works on its connections: what it throws, and a crash before the decision, undo that. What
   * it returns is recorded as JSON. It must begin anew from its input alone.
   */
  readonly work: (
    connections: Connections<Resources>,
    input: Input,
    context: WorkContext,
  ) => Value | Promise<Value>;
  /** How often the work may begin, when crashes stop it before the decision. 1 rolls back at the first. Default 3. */
  readonly attempts?: number;
  /** How long all branches may take to open. Default '10s'. */
  readonly beginTimeout?: Duration;
  /** How long the work may take. Default '30s'. */
  readonly workTimeout?: Duration;
  /** How long all may take to vote. Default '10s'. */
  readonly voteTimeout?: Duration;
  /** How long one attempt to end a branch may take. Default '10s'. */
  readonly finishTimeout?: Duration;
  /** Between attempts to end a branch, of which there are as many as it takes. Default from 50 ms to 10 s, with full jitter. */
  readonly backoff?: Backoff;
  /** After how long a decided transaction that cannot be finished is shown as stuck. It goes on. Default '1m'. */
  readonly alarmAfter?: Duration;
  /**
   * How the branches in doubt that no coordinator sees to any more are ended, for as long as a worker has the ledger open. A
   * resource that several definitions share is swept once, as the first of them says. `false` leaves that to
   * `sweepBranches`. Default every 30 s.
   */
  readonly sweep?: SweepSchedule | false;
}

/** The options, checked. Times are microseconds. */
export interface TwoPhaseSettings {
  readonly resources: ReadonlyMap<string, AnyResource>;
  readonly work: (
    connections: Readonly<Record<string, unknown>>,
    input: unknown,
    context: WorkContext,
  ) => unknown;
  readonly attempts: number;
  readonly beginTimeout: number;
  readonly workTimeout: number;
  readonly voteTimeout: number;
  readonly finishTimeout: number;
  readonly backoff: Backoff;
  readonly alarmAfter: number;
  /** Undefined where nothing is swept. */
  readonly sweep: CheckedSchedule | undefined;
}

/** @throws HoldfastError INVALID_ARGUMENT. */
export function settingsOf(
  options: TwoPhaseOptions<Readonly<Record<string, AnyResource>>, unknown, unknown>,
): TwoPhaseSettings {
  const { resources, work, attempts = 3, backoff, sweep = {} } = options;
  const entries = Object.entries(resources);
  if (entries.length === 0) throw invalidArgument('resources', resources, 'at least one');
  const names = new Set<string>();
  for (const [key, resource] of entries) {
    checkResourceName(resource.name, `resources.${key}.name`);
    if (names.has(resource.name)) {
      throw invalidArgument(`resources.${key}.name`, resource.name, 'the name of no other resource');
    }
    names.add(resource.name);
  }
  const onePhase = entries.filter(([, { abilities }]) => !abilities.prepare);
  if (onePhase.length > 1) {
    const keys = onePhase.map(([key]) => key).join(', ');
    throw invalidArgument('resources', keys, 'one, at most, of those that cannot prepare');
  }
  if (typeof work !== 'function') throw invalidArgument('work', work, 'a function');
  if (!(Number.isSafeInteger(attempts) && attempts >= 1)) {
    throw invalidArgument('attempts', attempts, 'a whole number from 1');
  }
  return {
    resources: new Map(entries),
    work,
    attempts,
    beginTimeout: toPositiveMicros(options.beginTimeout ?? '10s', 'beginTimeout'),
    workTimeout: toPositiveMicros(options.workTimeout ?? '30s', 'workTimeout'),
    voteTimeout: toPositiveMicros(options.voteTimeout ?? '10s', 'voteTimeout'),
    finishTimeout: toPositiveMicros(options.finishTimeout ?? '10s', 'finishTimeout'),
    backoff: backoff ?? exponential({ initial: '50ms', max: '10s' }),
    alarmAfter: toPositiveMicros(options.alarmAfter ?? '1m', 'alarmAfter'),
    sweep: sweep === false ? undefined : checkSchedule(sweep, 'sweep.'),
  };
}
