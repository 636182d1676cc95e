import type { Clock } from '@holdfast/core';
import type { RunContext } from '../../ledger/run-definition.ts';

/**
 * The wall clock less the monotonic one, in milliseconds, when this life of a run began: within it, a wall clock that jumps
 * changes nothing. A first life begins at the run's creation, whatever the clocks of its engine and worker are apart.
 */
export function wallOffset({ recovered, createdAt, world: { clock } }: RunContext): number {
  return (recovered ? clock.wall() : createdAt) - clock.now() / 1_000;
}

/** Milliseconds of the wall clock, as a life of the run with that offset counts them. */
export function wallNow(offset: number, clock: Clock): number {
  return Math.round(offset + clock.coarseNow() / 1_000);
}

/**
 * When so many microseconds after a wall-clock time are over, in monotonic microseconds. A wall clock that is behind that of
 * the life before makes nobody wait longer than if it began now.
 */
export function dueAfter(at: number, micros: number, offset: number, clock: Clock): number {
  const now = clock.now();
  const due = Math.round((at - offset) * 1_000) + micros;
  return Math.min(Math.max(due, now), now + micros);
}
