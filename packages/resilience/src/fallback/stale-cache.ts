import { type Duration, platformWorld, toPositiveMicros, type World } from '@holdfast/core';
import { resilienceErrors } from '../errors.ts';
import { isCancellation } from '../judgement.ts';
import { wholeNumber } from '../options.ts';
import type { Execution } from '../pipeline/execution.ts';
import { type EnterVerdict, type ExitVerdict, Policy } from '../pipeline/policy.ts';
import type { PolicyCondition } from '../pipeline/policy-condition.ts';
import { type PolicyDescription, transparent } from '../pipeline/policy-description.ts';
import { Rejection } from '../pipeline/rejection.ts';
import { degraded } from './degraded.ts';

export interface StaleCacheOptions {
  /** Name in events and outcomes. Default `stale-cache`. */
  readonly name?: string;
  /** How old a value may be that stands in for a failed call. Default 5 min. */
  readonly maxAge?: Duration;
  /** How many keys it remembers; the one not called for longest goes first. Default 1,000. */
  readonly maxEntries?: number;
  readonly world?: World;
}

interface Entry {
  readonly value: unknown;
  readonly storedAt: number;
}

/**
 * Remembers the last good value of each key and answers with it when a call fails: stale-if-error (RFC 5861).
 * Every call goes through it: it saves none. Needs the `key` of a call.
 */
export class StaleCache extends Policy<'KEY_REQUIRED'> {
  override readonly kind = 'stale-cache';
  private maxAge: number;
  private maxEntries: number;
  /** In order of use, the oldest first. */
  private readonly entries = new Map<string, Entry>();

  /** @throws HoldfastError INVALID_ARGUMENT naming the option that cannot work. */
  constructor(options: StaleCacheOptions = {}) {
    super(options.name ?? 'stale-cache', options.world ?? platformWorld());
    [this.maxAge, this.maxEntries] = limitsOf(options);
  }

  override enter(execution: Execution): EnterVerdict {
    if (execution.options.key !== undefined) return 'proceed';
    execution.fail(
      resilienceErrors.create('KEY_REQUIRED', {
        message: `${this.name} remembers values by key: pass the call a { key }`,
        origin: { component: this.name },
      }),
    );
    return 'answered';
  }

  override exit(execution: Execution): ExitVerdict {
    const key = execution.options.key!;
    if (execution.ok) this.remember(key, execution);
    else if (!execution.interrupted) this.standIn(key, execution);
    return 'pass';
  }

  /** Changes the limits while it runs; one left out has its default. @throws HoldfastError INVALID_ARGUMENT, changing nothing. */
  reconfigure(options: Omit<StaleCacheOptions, 'name' | 'world'>): void {
    [this.maxAge, this.maxEntries] = limitsOf(options);
    this.dropOldest();
  }

  override get idle(): boolean {
    return this.entries.size === 0;
  }

  override condition(): PolicyCondition {
    return { alarming: false, figures: { entries: this.entries.size, maxEntries: this.maxEntries } };
  }

  override describe(): PolicyDescription {
    return { ...transparent, kind: this.kind, name: this.name };
  }

  private remember(key: string, execution: Execution): void {
    if (execution.degradedBy !== undefined) return;
    this.entries.delete(key);
    this.entries.set(key, { value: execution.value, storedAt: this.world.clock.coarseNow() });
    this.dropOldest();
  }

  /** Makes it as small as it has to be. */
  private dropOldest(): void {
    for (const key of this.entries.keys()) {
      if (this.entries.size <= this.maxEntries) return;
      this.entries.delete(key);
    }
  }

  private standIn(key: string, execution: Execution): void {
    const { error } = execution;
    if (!(error instanceof Rejection) && isCancellation(error)) return;
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    if (this.world.clock.coarseNow() - entry.storedAt > this.maxAge) return;
    this.entries.set(key, entry);
    if (degraded.active) degraded.publish({ policy: this.name, kind: this.kind, error: execution.failure() });
    execution.substituteValue(entry.value, this.name);
  }
}

/** Answers failed calls with the last good value of their key. See {@link StaleCache}. */
export function staleCache(options?: StaleCacheOptions): StaleCache {
  return new StaleCache(options);
}

function limitsOf({
  maxAge = '5m',
  maxEntries = 1_000,
}: StaleCacheOptions): [maxAge: number, maxEntries: number] {
  return [toPositiveMicros(maxAge, 'maxAge'), wholeNumber(maxEntries, 'maxEntries', 1)];
}
