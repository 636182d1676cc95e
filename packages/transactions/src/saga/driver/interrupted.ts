import type { Definition } from '../definition.ts';
import type { SagaMachine } from '../records/machine.ts';

/** Places at which something may have happened that nobody has recorded. What is attached is recorded when it happens. */
export function interruptedPlaces({ active, cells }: SagaMachine, { places }: Definition): Set<number> {
  return new Set(
    active.filter((place) => {
      const { state } = cells[place]!;
      return state === 'undoing' || (state === 'running' && places[place]?.attached !== true);
    }),
  );
}

/** Whether the pivot is one of them, and may have had its effect. */
export function isPivotInDoubt({ pivotBegan, plan }: SagaMachine, interrupted: ReadonlySet<number>): boolean {
  return pivotBegan && [...interrupted].some((place) => plan.places[place]!.kind === 'pivot');
}
