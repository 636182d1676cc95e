import { invalidArgument } from '@holdfast/core';
import { SagaMachine } from './machine.ts';
import type { Plan, Shape } from './plan.ts';
import { nowhere } from './record.ts';

/** How sagas that run under an older version go on under a newer one. */
export interface Migration {
  /** The older version. */
  readonly from: number;
  /**
   * What its steps are called now, by their old names, those in branches as `checks.fraud`; null for a step that has no
   * counterpart any more, whose result and compensation are given up. Steps that are left out keep their names.
   */
  readonly map?: { readonly [old: string]: string | null };
}

/** What the record of a migration says: from here on, places are those of this shape. */
export interface MigrationRecord {
  readonly version: number;
  readonly shape: Shape;
  readonly names: { readonly [old: string]: string | null };
}

/**
 * The saga `before`, as it stands in the plan of a newer version. Its steps keep their state under their new names; steps
 * that are new, and would have had their turn already, are passed over.
 *
 * @throws HoldfastError INVALID_ARGUMENT that names the step for which there is no place, or that would come too early.
 */
export function migrated(
  before: SagaMachine,
  plan: Plan,
  names: { readonly [old: string]: string | null },
  at: number,
): SagaMachine {
  const machine = new SagaMachine(plan, at);
  const counterparts = counterpartsOf(before, plan, names);
  // Whatever has a counterpart further on was there, so what comes before it has had its turn.
  let last = -1;
  for (const index of counterparts.keys()) last = Math.max(last, index);
  for (let moved = true; moved; ) {
    moved = false;
    for (const index of [...machine.active]) {
      const old = counterparts.get(index);
      const cell = machine.cells[index]!;
      if (old === undefined) {
        if (index >= last) continue;
        machine.pass(index, at);
        moved = true;
        continue;
      }
      const known = before.cells[old]!;
      if (known.state === 'claiming') continue;
      if (cell.state === 'claiming') machine.apply({ kind: 'started', place: index, at: known.at, text: '' });
      cell.at = known.at;
      cell.attempts = known.attempts;
      cell.failure = known.failure;
      cell.stuck = known.stuck;
      if (known.state !== 'done' && !known.known) continue;
      machine.apply({ kind: 'done', place: index, at: known.at, text: known.text });
      moved = true;
    }
  }
  for (const [index, old] of counterparts) {
    if (machine.cells[index] === undefined) {
      throw invalidArgument('migrate', plan.places[index]!.name, unreachable(before, old));
    }
  }
  if (before.phase === 'compensating') compensateAlike(before, machine, counterparts);
  machine.skipped.push(...skippedIn(before, counterparts));
  return machine;
}

/** Places of the new plan by number, with the numbers of what they were. */
function counterpartsOf(
  before: SagaMachine,
  plan: Plan,
  names: { readonly [old: string]: string | null },
): Map<number, number> {
  const counterparts = new Map<number, number>();
  for (const { index, name, kind } of before.plan.places) {
    if (before.cells[index] === undefined) continue;
    const present = names[name] === undefined ? name : names[name];
    if (present === null) continue;
    const place = plan.places.find((one) => one.name === present);
    if (place === undefined || place.kind !== kind) {
      throw invalidArgument('migrate.map', `${name}: ${present}`, `a ${kind} of the new version, or null`);
    }
    counterparts.set(place.index, index);
  }
  return counterparts;
}

function compensateAlike(before: SagaMachine, machine: SagaMachine, counterparts: Map<number, number>): void {
  if (machine.ended)
    throw invalidArgument('migrate.map', null, 'a name for the step at which the saga failed');
  const { place, ...failure } = before.failure!;
  const [failed = nowhere] = [...counterparts].find(([, old]) => old === place) ?? [];
  machine.apply({ ...failure, place: failed });
  for (let moved = true; moved; ) {
    moved = false;
    for (const index of [...machine.active]) {
      const known = before.cells[counterparts.get(index)!]!;
      const cell = machine.cells[index]!;
      if (known.state === 'undone' || known.state === 'left') {
        machine.apply({ kind: 'undone', place: index, at: known.at, text: '' });
        moved = true;
      } else cell.stuck = known.stuck;
    }
  }
}

function skippedIn(before: SagaMachine, counterparts: Map<number, number>): number[] {
  const present = new Map([...counterparts].map(([index, old]) => [old, index]));
  return before.skipped.flatMap((old) => present.get(old) ?? []);
}

function unreachable(before: SagaMachine, old: number): string {
  return `no later than what '${before.plan.places[old]!.name}' had already been reached after`;
}
