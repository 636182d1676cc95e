import { formatMicros, isHoldfastError, sleep } from '@holdfast/core';
import type { Backoff } from '@holdfast/resilience';
import type { RunContext } from '../ledger/run-definition.ts';
import { withinTime } from './within-time.ts';

/** One participant's part of a decided transaction, that has to be finished. */
export interface Part<Found> {
  readonly participant: string;
  /** Does it, or finds that it is done. What it throws is retried. */
  finish(signal: AbortSignal): Promise<Found>;
  /** Told once it is finished, and waited for. */
  readonly finished?: (found: Found) => Promise<void>;
}

export interface FinishSettings {
  /** What is being done, for notes: `commit`. */
  readonly what: string;
  /** Of one attempt, in microseconds. */
  readonly timeout: number;
  readonly backoff: Backoff;
  /** After how many microseconds it is shown as stuck. It goes on all the same. */
  readonly alarmAfter: number;
}

/**
 * Finishes all parts, each as often as it takes: what is decided is never given up. Rejects only when the run's signal
 * aborts.
 */
export async function finishAll<Found>(
  run: RunContext,
  parts: readonly Part<Found>[],
  settings: FinishSettings,
): Promise<readonly Found[]> {
  const late = new Map<string, unknown>();
  const all = Promise.all(
    parts.map(async (part) => {
      const found = await finishOne(run, part, settings, late);
      await part.finished?.(found);
      return found;
    }),
  );
  if (parts.length === 0) return all;
  const over = new AbortController();
  const alarm = sleep(`${settings.alarmAfter}us`, { world: run.world, signal: over.signal });
  // The alarm must be rung before the end is written, not after it.
  const alarmed = alarm.then(
    () => ringAlarm(run, parts.length, late, settings),
    () => {},
  );
  try {
    return await all;
  } finally {
    over.abort();
    await alarmed.catch(() => {});
  }
}

async function finishOne<Found>(
  run: RunContext,
  part: Part<Found>,
  { what, timeout, backoff }: FinishSettings,
  late: Map<string, unknown>,
): Promise<Found> {
  const { world, signal } = run;
  const operation = `${what} at ${part.participant}`;
  let delay = 0;
  for (let retry = 1; ; retry++) {
    try {
      const found = await withinTime(world, timeout, signal, operation, (limit) => part.finish(limit));
      late.delete(part.participant);
      return found;
    } catch (error) {
      if (signal.aborted) throw error;
      late.set(part.participant, error);
    }
    delay = backoff.delay(retry, delay, world.random);
    await sleep(`${delay}us`, { world, signal });
  }
}

async function ringAlarm(
  run: RunContext,
  count: number,
  late: ReadonlyMap<string, unknown>,
  { what, alarmAfter }: FinishSettings,
): Promise<void> {
  const names = [...late.keys()].join(', ') || `${count} participants`;
  const why = [...late.values()].find((error) => error !== undefined);
  const because = isHoldfastError(why) ? `: ${why.message}` : '';
  const note = `in doubt: ${what} at ${names} has not been answered for ${formatMicros(alarmAfter)}${because}`;
  await run.append([], 'durable', { status: 'stuck', note: note.slice(0, 500) });
}
