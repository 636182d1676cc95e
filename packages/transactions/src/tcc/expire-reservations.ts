import { type Duration, platformWorld, sleep, toPositiveMicros, type World } from '@holdfast/core';
import type { BarrierStorage, MarkKey } from './barrier-storage.ts';
import { keyOf } from './tcc-call.ts';
import type { Participant } from './tcc-participant.ts';

export interface ExpiryOptions<Transaction> {
  /** Runs `work` in a transaction of the participant's own database. */
  transact<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  readonly storage: BarrierStorage<Transaction>;
  /**
   * Cancels as if it had been asked to, by a call without an epoch: a confirm that comes at the same time is either before or
   * refused.
   */
  readonly participant: Participant;
  /** From the end of one look to the beginning of the next. Default '10s'. */
  readonly every?: Duration;
  /** How many are cancelled in one look, at most. Default 100. */
  readonly limit?: number;
  /** Default the platform's. */
  readonly world?: World;
}

/** Made by {@link expireReservations}. */
export interface ReservationExpiry {
  /** Looks now. The marks whose reservations it has cancelled. Rejects when one of them could not be: the others are. */
  expire(): Promise<readonly MarkKey[]>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Cancels a participant's reservations whose time is up: those of coordinators that never come back. A reservation holds until
 * it is cancelled, not just until its time is up: a confirm that comes late, but before this has looked, succeeds.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function expireReservations<Transaction>(options: ExpiryOptions<Transaction>): ReservationExpiry {
  const { storage, participant, every = '10s', limit = 100, world = platformWorld() } = options;
  const pause = toPositiveMicros(every, 'every');
  const closing = new AbortController();
  const { signal } = closing;
  const expire = async (): Promise<readonly MarkKey[]> => {
    const now = world.clock.wall();
    const keys = await options.transact((transaction) => storage.expired(transaction, now, limit));
    const cancelled: MarkKey[] = [];
    const failures: unknown[] = [];
    for (const { transaction, branch } of keys) {
      if (signal.aborted) break;
      const call = { transaction, branch, operation: 'cancel' } as const;
      try {
        const { verdict } = await participant.call({ ...call, key: keyOf(call) }, signal);
        if (verdict === 'fresh') cancelled.push({ transaction, branch });
      } catch (error) {
        // One that cannot be cancelled keeps no other one waiting.
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return cancelled;
  };
  const goOn = async (): Promise<void> => {
    while (!signal.aborted) {
      // What cannot be cancelled now is found again.
      await expire().catch(() => {});
      await sleep(`${pause}us`, { world, signal }).catch(() => {});
    }
  };
  const going = goOn();
  const close = async (): Promise<void> => {
    closing.abort();
    await going;
  };
  return { expire, close, [Symbol.asyncDispose]: close };
}
